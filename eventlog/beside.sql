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
SELECT head, now FROM log.take_turn($1)

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

-- name: clear_erased
VACUUM beside.sealed_values
