-- name: leaf_hashes
SELECT position, leaf_hash
FROM log.events
WHERE position > $1 AND position <= $2
ORDER BY position
LIMIT $3

-- name: head
SELECT position, recorded_at, simulated, restoring
FROM log.head

-- name: events
SELECT position, recorded_at, topic, bytes, leaf_hash
FROM log.events
WHERE position > $1
ORDER BY position

-- name: event
SELECT position, recorded_at
FROM log.events
WHERE position = $1

-- name: newest
SELECT coalesce(max(position), 0) FROM log.events

-- name: first
SELECT bytes
FROM log.events
ORDER BY position
LIMIT 1

-- name: tags
SELECT position, tag
FROM log.tags
WHERE position > $1
ORDER BY position, tag
