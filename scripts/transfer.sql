-- name: restore
SELECT log.restore($1::bytea[])

-- name: restored
SELECT log.restored()

-- name: stored
SELECT bytes
FROM log.events
ORDER BY position

-- name: keep
SELECT beside.keep($1::bytea[], $2::bytea[])
