-- name: homes
SELECT schema, definition, role FROM projections.homes ORDER BY schema

-- name: checkpoints
SELECT model, definition, position, failed_at, failure
FROM projections.checkpoints
WHERE schema = $1
ORDER BY model

-- name: who_holds
-- The session that holds a lock: who makes rows now, or leads for read models of a definition.
SELECT pid
FROM pg_locks
WHERE locktype = 'advisory'
    AND classid = 4919
    AND objid = $1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND granted

-- name: try_their_lead
-- As long as the transaction lasts, no projector leads for them.
SELECT pg_try_advisory_xact_lock(4919, $1)

-- name: not_for_long
-- Whoever reads goes first; the server's own upkeep steps aside after a second.
SELECT set_config('lock_timeout', $1, true)

-- name: tables
SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename

-- name: drop_table
DROP TABLE {schema}.{table}

-- name: forget_checkpoints
DELETE FROM projections.checkpoints WHERE schema = $1
