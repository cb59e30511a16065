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
SELECT t.head, t.now, (SELECT h.restoring FROM log.head h) AS restoring FROM log.take_turn($1) AS t

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

-- name: false_outcomes
-- Commands that are said to be accepted, and whose first event is not theirs.
SELECT o.command, (o.answer::jsonb ->> 'first')::bigint AS position
FROM beside.command_outcomes AS o
LEFT JOIN log.events AS e ON e.position = (o.answer::jsonb ->> 'first')::bigint
WHERE o.outcome = 'accepted'
    AND (e.position IS NULL OR convert_from(e.bytes, 'UTF8')::jsonb ->> 'command' <> o.command)
ORDER BY o.command

-- name: wait_for_the_lock
-- How long a batch waits for the log's lock, and for any statement, before its callers are told.
SELECT set_config('lock_timeout', $1, false), set_config('statement_timeout', '60s', false)

-- name: clear_erased
VACUUM FULL beside.sealed_values
