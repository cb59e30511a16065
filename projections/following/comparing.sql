-- name: first_difference
-- The first row that stands in one of two schemas only, and in which, as believed at a position.
WITH one AS (
    SELECT r::text AS line
    FROM (
        SELECT {columns}, known_since, CASE WHEN known_until <= {at} THEN known_until END
        FROM {one}.{table}
        WHERE known_since <= {at}
    ) AS r
),
other AS (
    SELECT r::text AS line
    FROM (
        SELECT {columns}, known_since, CASE WHEN known_until <= {at} THEN known_until END
        FROM {other}.{table}
        WHERE known_since <= {at}
    ) AS r
)
SELECT side, line
FROM (
    (SELECT 'one' AS side, line FROM one EXCEPT ALL SELECT 'one', line FROM other)
    UNION ALL
    (SELECT 'other', line FROM other EXCEPT ALL SELECT 'other', line FROM one)
) AS different
ORDER BY line COLLATE "C"
LIMIT 1

-- name: beyond
-- Whether a model has come further, or knows of something later, than the log goes.
SELECT (SELECT position FROM projections.checkpoints WHERE schema = $1 AND model = $2) > $3
    OR EXISTS (SELECT FROM {schema}.{table} WHERE known_since > $3 OR known_until > $3)
