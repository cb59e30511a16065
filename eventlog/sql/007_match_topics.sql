-- log.match_topics(topics, …): positions of the events of one of these topics (of any, where none is
-- named), in order, at most max_rows of them. after < position <= until; backwards from until down.
CREATE FUNCTION log.match_topics(
    topics text[], after bigint, until bigint, max_rows integer, backwards boolean
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100
AS $$
BEGIN
    IF topics = '{}' AND backwards THEN
        RETURN QUERY SELECT position FROM log.events
            WHERE position > after AND position <= until ORDER BY position DESC LIMIT max_rows;
    ELSIF topics = '{}' THEN
        RETURN QUERY SELECT position FROM log.events
            WHERE position > after AND position <= until ORDER BY position LIMIT max_rows;
    ELSIF backwards THEN
        RETURN QUERY SELECT m.position
            FROM unnest(topics) AS wanted
            CROSS JOIN LATERAL (
                SELECT e.position FROM log.events e
                WHERE e.topic = wanted AND e.position > after AND e.position <= until
                ORDER BY e.position DESC LIMIT max_rows
            ) AS m
            ORDER BY m.position DESC LIMIT max_rows;
    ELSE
        RETURN QUERY SELECT m.position
            FROM unnest(topics) AS wanted
            CROSS JOIN LATERAL (
                SELECT e.position FROM log.events e
                WHERE e.topic = wanted AND e.position > after AND e.position <= until
                ORDER BY e.position LIMIT max_rows
            ) AS m
            ORDER BY m.position LIMIT max_rows;
    END IF;
END
$$;

REVOKE ALL ON FUNCTION log.match_topics FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.match_topics TO ledger_service;
