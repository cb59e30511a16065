-- name: restore
SELECT log.restore($1::bytea[])

-- name: recorded
-- When the event at a position was recorded.
SELECT recorded_at FROM log.events WHERE position = $1

-- name: restorable
-- The first thing that keeps these events from standing behind a position, the one there recorded at $3; and when
-- the last of them was recorded. What log.store asks of a restore.
WITH given AS (
    SELECT $2::bigint + n AS place, convert_from(b, 'UTF8')::jsonb AS event
    FROM unnest($1::bytea[]) WITH ORDINALITY AS g (b, n)
), flawed AS (
    SELECT place, coalesce(log.flaw(event, place), CASE
        WHEN log.instant(event ->> 'recorded_at') < coalesce(
            log.instant(lag(event) OVER (ORDER BY place) ->> 'recorded_at'), $3::timestamptz
        )
        THEN 'event ' || place || ' is recorded before its predecessor'
    END) AS flaw
    FROM given
)
SELECT
    (SELECT flaw FROM flawed WHERE flaw IS NOT NULL ORDER BY place LIMIT 1) AS flaw,
    coalesce(
        (SELECT log.instant(event ->> 'recorded_at') FROM given ORDER BY place DESC LIMIT 1), $3
    ) AS last

-- name: promise
SELECT log.promise($1)

-- name: restored
SELECT log.restored()

-- name: outcomes
-- What the events say of the commands that led to them; refused ones are not known any more.
INSERT INTO beside.command_outcomes (command, act, outcome, answer, recorded_at)
SELECT command, 'restored', 'accepted',
    jsonb_build_object(
        'cases', coalesce(jsonb_agg(DISTINCT event #>> '{data,case}')
            FILTER (WHERE event #>> '{data,case}' IS NOT NULL), '[]'),
        'first', min(position), 'last', max(position), 'recorded_at', min(event ->> 'recorded_at')
    )::text,
    min(recorded_at)
FROM (
    SELECT e.position, e.recorded_at, convert_from(e.bytes, 'UTF8')::jsonb AS event
    FROM log.events AS e
) AS stored
CROSS JOIN LATERAL (SELECT event ->> 'command' AS command) AS named
WHERE command IS NOT NULL
GROUP BY command
ON CONFLICT DO NOTHING

-- name: stored
SELECT bytes
FROM log.events
WHERE position > $1
ORDER BY position

-- name: head
SELECT position, restoring, restored FROM log.head

-- name: first
SELECT bytes FROM log.events WHERE position = 1

-- name: leaf_hashes
SELECT leaf_hash
FROM log.events
WHERE position <= $1
ORDER BY position

-- name: with_grounds
SELECT e.position, e.bytes, g.salt, g.value
FROM log.events AS e
LEFT JOIN beside.grounds AS g USING (position)
WHERE e.position > $1 AND e.position <= $2
ORDER BY e.position

-- name: without_grounds
-- The events behind a position, up to another, that commit to what judged them, while nothing is kept.
SELECT e.position
FROM log.events AS e
WHERE e.position > $1 AND e.position <= $2
    AND position('"grounds":{"sealed":"'::bytea IN e.bytes) > 0
    AND NOT EXISTS (SELECT FROM beside.grounds AS g WHERE g.position = e.position)
ORDER BY e.position
