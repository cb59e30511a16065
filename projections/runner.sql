-- name: use_schema
SET LOCAL search_path TO {schema}

-- name: checkpoints
SELECT model, definition, position, failed_at, failure FROM {schema}.checkpoints ORDER BY model

-- name: checkpoint
SELECT definition, position, failed_at FROM checkpoints WHERE model = $1 FOR UPDATE

-- name: reached
UPDATE checkpoints SET position = $2 WHERE model = $1

-- name: failed
UPDATE checkpoints SET failed_at = $2, failure = $3 WHERE model = $1

-- name: try_lead
-- One projector a database (for each definition of the read models): this session is it, until it ends.
SELECT pg_try_advisory_lock(4919, $1)

-- name: quiet
-- No projector writes live rows while this transaction lasts.
SELECT pg_advisory_xact_lock(4919, 3)

-- name: head
SELECT position FROM log.head

-- name: next
-- The position of the next event that a model follows, whatever is in it.
SELECT position FROM log.read($1::jsonb, $2, 4611686018427387904, 1, false)
