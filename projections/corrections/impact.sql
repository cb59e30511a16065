-- name: quotas_of_round
-- Every row that ever counts in a round, as believed at a position, whatever the day; caps of all rounds,
-- and who holds a place from another round, included.
SELECT programme, round, pool, measure, entry, unit, province, places, counts, since, until, details,
    position
FROM {home}.quotas
WHERE programme = $1
    AND (round IN ($2, '') OR measure = 'held')
    AND known_since <= $3
    AND (known_until IS NULL OR known_until > $3)
ORDER BY since, position, pool, measure, entry

-- name: refused_on
-- Commands that were refused by a rule that was shown the event at a position.
SELECT act, answer, recorded_at
FROM beside.command_outcomes
WHERE outcome = 'refused'
    AND log.as_json(answer) @? format('$.broken[*].facts[*] ? (@ == %s)', $1::bigint)::jsonpath
ORDER BY recorded_at, command

-- name: rounds_with_caps
-- The rounds of a programme for which a cap is set, as believed at a position.
SELECT DISTINCT round
FROM {home}.quotas
WHERE programme = $1
    AND round <> ''
    AND measure IN ('cap', 'cap-of-text')
    AND known_since <= $2
    AND (known_until IS NULL OR known_until > $2)
ORDER BY round
