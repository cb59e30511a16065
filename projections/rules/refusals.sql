-- name: refusals
-- How many commands each rule refused, of all that were asked for up to a position.
SELECT refused.rule, count(*)::int AS commands
FROM (
    SELECT DISTINCT o.command, broken ->> 'rule' AS rule
    FROM beside.command_outcomes AS o
    CROSS JOIN LATERAL (SELECT log.as_json(o.answer) AS answer OFFSET 0) AS told
    CROSS JOIN LATERAL jsonb_path_query(told.answer, 'lax $.broken[*]') AS broken
    WHERE o.outcome = 'refused'
        AND jsonb_path_exists(told.answer, 'lax $.position ? (@ <= $known)', jsonb_build_object('known', $1::bigint))
) AS refused
GROUP BY refused.rule
ORDER BY refused.rule
