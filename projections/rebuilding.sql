-- name: homes
SELECT schema, definition, role FROM projections.homes ORDER BY schema

-- name: checkpoints
SELECT model, definition, position, failed_at, failure
FROM projections.checkpoints
WHERE schema = $1
ORDER BY model

-- name: use_schema
-- Unqualified names mean the tables there, until the transaction ends.
SET LOCAL search_path TO {schema}

-- name: tables
SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename

-- name: drop_table
DROP TABLE {schema}.{table}

-- name: analyze
ANALYZE {schema}.{table}

-- name: forget_checkpoints
DELETE FROM projections.checkpoints WHERE schema = $1

-- name: begin_model
INSERT INTO projections.checkpoints (schema, model, definition, position) VALUES ($1, $2, $3, 0)

-- name: drop_next
-- What was being made is made no more.
UPDATE projections.homes SET definition = NULL, role = NULL WHERE role = 'next' RETURNING schema

-- name: begin_next
UPDATE projections.homes SET definition = $2, role = 'next' WHERE schema = $1

-- name: switch
-- What was made is live from now on; what was live is the way back; the way back from before is free.
UPDATE projections.homes
SET
    definition = CASE WHEN role <> 'previous' THEN definition END,
    role = CASE role WHEN 'next' THEN 'live' WHEN 'live' THEN 'previous' END
WHERE definition = $1

-- name: back
UPDATE projections.homes
SET role = CASE role WHEN 'live' THEN 'previous' ELSE 'live' END
WHERE definition = $1 AND role <> 'next'

-- name: free
UPDATE projections.homes SET definition = NULL, role = NULL WHERE schema = $1

-- name: not_for_long
-- Whoever reads goes first; the server's own upkeep steps aside after a second.
SET LOCAL lock_timeout = '2s'

-- name: wait_to_make
-- One process at a time makes rows: to be live (4), to compare (5).
SELECT pg_advisory_lock(4919, $1)

-- name: try_to_make
SELECT pg_try_advisory_lock(4919, $1)

-- name: end_making
SELECT pg_advisory_unlock(4919, $1)

-- name: who_holds
-- The session that holds a lock: who makes rows now, or leads for read models of a definition.
SELECT pid
FROM pg_locks
WHERE locktype = 'advisory'
    AND classid = 4919
    AND objid = $1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND granted

-- name: end_who_makes
-- Who makes rows now, and who waits to go on with it.
SELECT pg_terminate_backend(pid)
FROM pg_locks
WHERE locktype = 'advisory'
    AND classid = 4919
    AND objid = $1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pid <> pg_backend_pid()

-- name: as_who_logged_in
SET LOCAL ROLE NONE

-- name: try_their_lead
-- As long as the transaction lasts, no projector leads for them.
SELECT pg_try_advisory_xact_lock(4919, $1)

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
