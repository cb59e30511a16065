-- name: define
-- checkpoints: how far each read model has followed the log; written with its rows.
--
-- definition: of the tables and the fold; another one means the rows must be made anew.
-- failed_at, failure: the event that the model cannot take in, and why; it stands until rebuilt.
CREATE TABLE checkpoints (
    model text COLLATE "C" PRIMARY KEY,
    definition text NOT NULL,
    position bigint NOT NULL,
    failed_at bigint,
    failure text
);

-- name: tables
SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename

-- name: drop_table
DROP TABLE {schema}.{table}

-- name: move_table
ALTER TABLE {schema}.{table} SET SCHEMA {to}

-- name: use_schema
SET LOCAL search_path TO {schema}

-- name: begin_model
INSERT INTO checkpoints (model, definition, position) VALUES ($1, $2, 0)

-- name: checkpoints
SELECT model, definition, position, failed_at, failure FROM checkpoints ORDER BY model

-- name: checkpoint
SELECT definition, position, failed_at FROM checkpoints WHERE model = $1 FOR UPDATE

-- name: reached
UPDATE checkpoints SET position = $2 WHERE model = $1

-- name: failed
UPDATE checkpoints SET failed_at = $2, failure = $3 WHERE model = $1

-- name: try_lead
-- One projector a database: this session is it, until it ends.
SELECT pg_try_advisory_lock(4919, 2)

-- name: quiet
-- No projector writes live rows while this transaction lasts.
SELECT pg_advisory_xact_lock(4919, 3)

-- name: begin_making
-- One process at a time makes rows in a schema beside the live one.
SELECT pg_advisory_lock(4919, $1)

-- name: end_making
SELECT pg_advisory_unlock(4919, $1)

-- name: head
SELECT position FROM log.head

-- name: first_difference
-- The first row that stands in one of two schemas only, and in which.
SELECT side, line
FROM (
    (SELECT 'live' AS side, t::text AS line FROM {live}.{table} AS t
     EXCEPT ALL SELECT 'live', t::text FROM {rebuilt}.{table} AS t)
    UNION ALL
    (SELECT 'rebuilt', t::text FROM {rebuilt}.{table} AS t
     EXCEPT ALL SELECT 'rebuilt', t::text FROM {live}.{table} AS t)
) AS different
ORDER BY line COLLATE "C"
LIMIT 1

-- name: next
-- The position of the next event that a model follows, whatever is in it.
SELECT position FROM log.read($1::jsonb, $2, 4611686018427387904, 1, false)
