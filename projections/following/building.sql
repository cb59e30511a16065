-- name: wait_to_make
-- One process at a time makes rows: to be live (4), to compare (5).
SELECT pg_advisory_lock(4919, $1)

-- name: try_to_make
SELECT pg_try_advisory_lock(4919, $1)

-- name: end_making
SELECT pg_advisory_unlock(4919, $1)

-- name: drop_next
-- What was being made is made no more.
UPDATE projections.homes SET definition = NULL, role = NULL WHERE role = 'next' RETURNING schema

-- name: begin_next
UPDATE projections.homes SET definition = $2, role = 'next' WHERE schema = $1

-- name: use_schema
-- Unqualified names mean the tables there, until the transaction ends.
SET LOCAL search_path TO {schema}

-- name: begin_model
INSERT INTO projections.checkpoints (schema, model, definition, position) VALUES ($1, $2, $3, 0)
