-- What a projection of an application of `eventsourcing` keeps beside its own tables.

-- name: schema
CREATE SCHEMA IF NOT EXISTS "{schema}";

-- name: tracking
CREATE TABLE IF NOT EXISTS tracking (
    application text PRIMARY KEY,
    position bigint NOT NULL  -- the newest that was taken in
);

-- name: track
INSERT INTO tracking VALUES ($1, $2)
ON CONFLICT (application) DO UPDATE SET position = excluded.position
WHERE tracking.position < excluded.position
RETURNING position;

-- name: tracked
SELECT position FROM tracking WHERE application = $1;
