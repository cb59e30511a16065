-- name: analyze
ANALYZE {schema}.{table}

-- name: as_who_logged_in
SET LOCAL ROLE NONE

-- name: end_who_makes
-- Who makes rows now, and who waits to go on with it.
SELECT pg_terminate_backend(pid)
FROM pg_locks
WHERE locktype = 'advisory'
    AND classid = 4919
    AND objid = $1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pid <> pg_backend_pid()

-- name: free
UPDATE projections.homes SET definition = NULL, role = NULL WHERE schema = $1

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
