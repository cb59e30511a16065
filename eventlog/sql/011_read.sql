-- log.read(query, …): the events that match at least one item of a DCB query, in order, each once.
--
-- query: [{"topics": [...], "tags": [...]}, …]; an event matches an item if its topic is among the
-- topics (or none is named) and it carries all the tags. No item at all: every event.
-- after < position <= until; at most max_rows; backwards from until down.
CREATE FUNCTION log.read(
    query jsonb, after bigint, until bigint, max_rows integer, backwards boolean
) RETURNS TABLE ("position" bigint, bytes bytea)
LANGUAGE plpgsql STABLE ROWS 100
AS $$
#variable_conflict use_column
BEGIN
    IF jsonb_array_length(query) = 0 AND backwards THEN
        RETURN QUERY SELECT e.position, e.bytes FROM log.events e
            WHERE e.position > after AND e.position <= until
            ORDER BY e.position DESC LIMIT max_rows;
    ELSIF jsonb_array_length(query) = 0 THEN
        RETURN QUERY SELECT e.position, e.bytes FROM log.events e
            WHERE e.position > after AND e.position <= until
            ORDER BY e.position LIMIT max_rows;
    ELSE
        RETURN QUERY SELECT e.position, e.bytes
            FROM (
                SELECT DISTINCT m.position * CASE WHEN backwards THEN -1 ELSE 1 END AS place
                FROM jsonb_array_elements(query) AS item
                CROSS JOIN LATERAL log.match(
                    ARRAY(SELECT jsonb_array_elements_text(item -> 'topics')),
                    ARRAY(SELECT jsonb_array_elements_text(item -> 'tags')),
                    after, until, max_rows, backwards
                ) AS m ("position")
                ORDER BY place
                LIMIT max_rows
            ) AS matched
            JOIN log.events e ON e.position = abs(matched.place)
            ORDER BY matched.place;
    END IF;
END
$$;

REVOKE ALL ON FUNCTION log.read FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.read TO ledger_service;
