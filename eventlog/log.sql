-- name: head
SELECT position, simulated, restoring FROM log.head

-- name: position_at
SELECT log.position_at($1)

-- name: append
SELECT first, last, recorded_at FROM log.append($1, $2, $3::jsonb, $4, $5)

-- name: read
SELECT bytes FROM log.read($1::jsonb, $2, $3, $4, $5)

-- name: at
-- The events at these positions.
SELECT bytes FROM log.events WHERE position = ANY ($1::bigint[]) ORDER BY position
