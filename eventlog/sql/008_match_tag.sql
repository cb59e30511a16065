-- log.match_tag(tag, …): positions of the events that carry one tag, in order, at most max_rows of
-- them. after < position <= until; backwards from until down.
CREATE FUNCTION log.match_tag(
    tag text, after bigint, until bigint, max_rows integer, backwards boolean
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100
AS $$
BEGIN
    IF backwards THEN
        RETURN QUERY SELECT t.position FROM log.tags t
            WHERE t.tag = match_tag.tag AND t.position > after AND t.position <= until
            ORDER BY t.position DESC LIMIT max_rows;
    ELSE
        RETURN QUERY SELECT t.position FROM log.tags t
            WHERE t.tag = match_tag.tag AND t.position > after AND t.position <= until
            ORDER BY t.position LIMIT max_rows;
    END IF;
END
$$;

REVOKE ALL ON FUNCTION log.match_tag FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.match_tag TO ledger_service;
