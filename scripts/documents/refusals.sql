-- name: refusals
SELECT act, answer
FROM beside.command_outcomes
WHERE outcome = 'refused'
ORDER BY recorded_at, command
