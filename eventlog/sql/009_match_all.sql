-- log.match_all(topics, tags, …): the same as log.match, by a join planned for these very values.
--
-- Takes the time to read all positions of two of the tags; log.match asks it when leaping does not
-- pay. At least one tag.
CREATE FUNCTION log.match_all(
    topics text[], tags text[], after bigint, until bigint, max_rows integer, backwards boolean
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100
AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        $sql$
        SELECT a.position
        FROM log.tags AS a
        %s
        WHERE a.tag = $1[1] AND a.position > $2 AND a.position <= $3
            AND NOT EXISTS (
                SELECT FROM unnest($1[3:]) AS more (tag)
                WHERE NOT EXISTS (
                    SELECT FROM log.tags AS c WHERE c.tag = more.tag AND c.position = a.position
                )
            )
        ORDER BY a.position %s
        LIMIT $4
        $sql$,
        CASE WHEN array_length(tags, 1) > 1
            THEN 'JOIN log.tags AS b ON b.position = a.position AND b.tag = $1[2]
                AND b.position > $2 AND b.position <= $3'
            ELSE '' END
        || CASE WHEN topics <> '{}'
            THEN ' JOIN log.events AS e ON e.position = a.position AND e.topic = ANY ($5)'
            ELSE '' END,
        CASE WHEN backwards THEN 'DESC' ELSE '' END
    ) USING tags, after, until, max_rows, topics;
END
$$;

REVOKE ALL ON FUNCTION log.match_all FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.match_all TO ledger_service;
