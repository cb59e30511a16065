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
ORDER BY position

-- name: tags
SELECT position, tag
FROM log.tags
ORDER BY position, tag
