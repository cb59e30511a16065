-- name: followed
-- Where the rows of a definition are live, and how far each read model has come there.
SELECT h.schema, c.model, c.definition, c.position, c.failed_at, c.failure
FROM projections.homes AS h
INNER JOIN projections.checkpoints AS c ON h.schema = c.schema
WHERE h.definition = $1 AND h.role = 'live'
ORDER BY c.model

-- name: home
SELECT schema FROM projections.homes WHERE definition = $1 AND role = 'live'

-- name: checkpoint
-- How far a model has come in a schema; names mean its tables until the transaction ends.
SELECT schema, position, failed_at, set_config('search_path', schema, true)
FROM projections.checkpoints
WHERE schema = $1 AND model = $2
FOR UPDATE

-- name: live_checkpoint
-- The same where the rows of a definition are live.
SELECT c.schema, c.position, c.failed_at, set_config('search_path', c.schema, true)
FROM projections.checkpoints AS c
INNER JOIN projections.homes AS h ON c.schema = h.schema
WHERE h.definition = $1 AND h.role = 'live' AND c.model = $2
FOR UPDATE OF c

-- name: reached
UPDATE projections.checkpoints SET position = $3 WHERE schema = $1 AND model = $2

-- name: failed
UPDATE projections.checkpoints SET failed_at = $3, failure = $4 WHERE schema = $1 AND model = $2

-- name: try_lead
-- One projector a database (for each definition of the read models): this session is it, until it ends.
SELECT pg_try_advisory_lock(4919, $1)

-- name: quiet
-- No projector writes live rows, and none become live, while this transaction lasts.
SELECT pg_advisory_xact_lock(4919, 3)

-- name: head
SELECT position FROM log.head

-- name: next
-- The position of the next event that a model follows, whatever is in it.
SELECT position FROM log.read($1::jsonb, $2, 4611686018427387904, 1, false)
