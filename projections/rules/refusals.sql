-- name: refusals
-- How many commands each rule refused, of all that were asked for up to a position.
SELECT refused.rule, count(*)::int AS commands
FROM (
    SELECT DISTINCT o.command, broken ->> 'rule' AS rule
    FROM beside.command_outcomes AS o,
        jsonb_array_elements(o.answer::jsonb -> 'broken') AS broken
    WHERE o.outcome = 'refused'
        AND (o.answer::jsonb ->> 'position')::bigint <= $1
) AS refused
GROUP BY refused.rule
ORDER BY refused.rule
