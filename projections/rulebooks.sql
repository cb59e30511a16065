-- name: refusals
-- How many commands each rule refused, of all that were ever asked for.
SELECT refused.rule, count(*)::int AS commands
FROM (
    SELECT DISTINCT o.command, broken ->> 'rule' AS rule
    FROM beside.command_outcomes AS o,
        jsonb_array_elements(o.answer::jsonb -> 'broken') AS broken
    WHERE o.outcome = 'refused'
) AS refused
GROUP BY refused.rule
ORDER BY refused.rule
