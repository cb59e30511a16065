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

-- name: begin_model
INSERT INTO checkpoints (model, definition, position) VALUES ($1, $2, 0)

-- name: no_long_wait
-- Readers go first: whoever waits for them gives up soon, and tries again.
SET LOCAL lock_timeout = '200ms'

-- name: wait_to_make
-- One process at a time makes rows in a schema beside the live one.
SELECT pg_advisory_lock(4919, $1)

-- name: try_to_make
SELECT pg_try_advisory_lock(4919, $1)

-- name: end_making
SELECT pg_advisory_unlock(4919, $1)

-- name: who_makes
-- The session that makes rows now.
SELECT pid
FROM pg_locks
WHERE locktype = 'advisory'
    AND classid = 4919
    AND objid = $1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND granted

-- name: end_who_makes
SELECT pg_terminate_backend(pid)
FROM pg_locks
WHERE locktype = 'advisory'
    AND classid = 4919
    AND objid = $1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND granted
    AND pid <> pg_backend_pid()

-- name: first_difference
-- The first row that stands in one of two schemas only, and in which, as believed at a position.
WITH one AS (
    SELECT r::text AS line
    FROM (
        SELECT {columns}, known_since, CASE WHEN known_until <= {at} THEN known_until END
        FROM {one}.{table}
        WHERE known_since <= {at}
    ) AS r
),
other AS (
    SELECT r::text AS line
    FROM (
        SELECT {columns}, known_since, CASE WHEN known_until <= {at} THEN known_until END
        FROM {other}.{table}
        WHERE known_since <= {at}
    ) AS r
)
SELECT side, line
FROM (
    (SELECT 'one' AS side, line FROM one EXCEPT ALL SELECT 'one', line FROM other)
    UNION ALL
    (SELECT 'other', line FROM other EXCEPT ALL SELECT 'other', line FROM one)
) AS different
ORDER BY line COLLATE "C"
LIMIT 1

-- name: as_who_logged_in
SET LOCAL ROLE NONE

-- name: who_follows
-- Whether a projector leads for read models of this definition.
SELECT EXISTS (
    SELECT
    FROM pg_locks
    WHERE locktype = 'advisory'
        AND classid = 4919
        AND objid = $1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND granted
)
