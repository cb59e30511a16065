-- name: outcomes
SELECT command, digest, outcome, answer
FROM beside.command_outcomes
WHERE command = ANY ($1::text[])

-- name: settle
INSERT INTO beside.command_outcomes (command, digest, act, outcome, answer, recorded_at)
SELECT given.command, given.digest, given.act, given.outcome, given.answer, $6
FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::text[])
    AS given (command, digest, act, outcome, answer)

-- name: take_turn
SELECT t.head, t.now, (SELECT h.restoring FROM log.head h) AS restoring FROM log.take_turn($1, $2) AS t

-- name: keep
SELECT beside.keep($1::bytea[], $2::bytea[])

-- name: erase
SELECT beside.erase($1)

-- name: sealed
SELECT commitment, salt, value
FROM beside.sealed_values
WHERE commitment = ANY ($1::bytea[])

-- name: all_sealed
SELECT commitment, salt, value
FROM beside.sealed_values
ORDER BY commitment

-- name: keep_grounds
SELECT beside.keep_grounds($1::bigint[], $2::bytea[], $3::bytea[])

-- name: grounds
SELECT position, value FROM beside.grounds WHERE position = ANY ($1::bigint[])

-- name: all_grounds
SELECT position, salt, value
FROM beside.grounds
WHERE position > $1
ORDER BY position

-- name: not_as_sealed
-- Commitments that events hold, and values that are kept, as far as they do not fit each other. $1: how the tags
-- begin that say what an event holds.
WITH orders AS MATERIALIZED (
    SELECT position FROM log.events WHERE topic = 'sealed-value.erased'
), held AS (
    SELECT decode(substr(tag, length($1) + 1), 'hex') AS commitment, min(position) AS position,
        bool_or(position IN (SELECT orders.position FROM orders)) AS is_erased
    FROM log.tags
    WHERE tag >= $1 AND tag < $1 || 'g' AND substr(tag, length($1) + 1) ~ '^[0-9a-f]{64}$'
    GROUP BY tag
)
SELECT encode(commitment, 'hex') AS commitment, coalesce(held.position, 0) AS position,
    CASE
        WHEN kept.value IS NULL THEN 'missing'
        WHEN sha256(kept.salt || kept.value) <> commitment THEN 'another'
        WHEN held.is_erased THEN 'erased'
        ELSE 'nobodys'
    END AS flaw
FROM held
FULL JOIN beside.sealed_values AS kept USING (commitment)
WHERE (kept.value IS NULL AND NOT held.is_erased)
    OR (kept.value IS NOT NULL AND (
        held.position IS NULL OR held.is_erased OR sha256(kept.salt || kept.value) <> commitment
    ))
ORDER BY 2, 1

-- name: false_outcomes
-- Commands that are said to be accepted, and whose first event is not theirs; answers that cannot be read.
SELECT o.command, first.position, told.answer IS NOT NULL AS is_read
FROM beside.command_outcomes AS o
CROSS JOIN LATERAL (SELECT log.as_json(o.answer) AS answer) AS told
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN told.answer @? 'lax $.first ? (@ > 0 && @ < 9007199254740992)' THEN (told.answer ->> 'first')::bigint
    END AS position
) AS first
LEFT JOIN log.events AS e ON e.position = first.position
WHERE coalesce(first.position, $1 + 1) > $1
    AND (told.answer IS NULL
        OR (o.outcome = 'accepted' AND (
            e.position IS NULL
            OR position(convert_to('"command":' || to_json(o.command)::text || ',', 'UTF8') IN e.bytes) = 0
        )))
ORDER BY o.command

-- name: wait_for_the_lock
-- How long a batch waits for the log's lock, and for any statement, before its callers are told.
SELECT set_config('lock_timeout', $1, false), set_config('statement_timeout', '60s', false)

-- name: clear_erased
VACUUM FULL beside.sealed_values
