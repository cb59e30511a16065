-- log.match(topics, tags, …): positions of the events of one of these topics that carry all these
-- tags, in order, at most max_rows of them; an empty array asks for nothing in particular.
--
-- after < position <= until. Backwards: from until down.
-- Each tag's positions stand in order, so every tag in turn leaps to the first position not before
-- the one that the others have reached, until all agree: the work is bounded by the rarest of what
-- is asked for, whatever its order. Where many leaps find little, all that is asked for is frequent
-- and seldom together: then log.match_all joins what is left.
CREATE FUNCTION log.match(
    topics text[], tags text[], after bigint, until bigint, max_rows integer, backwards boolean
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100
AS $$
DECLARE
    wanted integer := coalesce(array_length(tags, 1), 0);
    candidate bigint := CASE WHEN backwards THEN until ELSE after + 1 END;
    found bigint;
    rows integer := 0;
    leaps integer := 0;
    agreed integer := 0;
    turn integer := 1;
BEGIN
    IF wanted = 0 THEN
        RETURN QUERY SELECT * FROM log.match_topics(topics, after, until, max_rows, backwards);
        RETURN;
    ELSIF wanted = 1 AND topics = '{}' THEN
        RETURN QUERY SELECT * FROM log.match_tag(tags[1], after, until, max_rows, backwards);
        RETURN;
    END IF;
    WHILE rows < max_rows LOOP
        leaps := leaps + 1;
        IF leaps > 120 + 4 * rows THEN
            RETURN QUERY SELECT * FROM log.match_all(
                topics, tags,
                CASE WHEN backwards THEN after ELSE candidate - 1 END,
                CASE WHEN backwards THEN candidate ELSE until END,
                max_rows - rows, backwards
            );
            RETURN;
        END IF;
        IF backwards THEN
            SELECT max(t.position) INTO found FROM log.tags t
            WHERE t.tag = tags[turn] AND t.position <= candidate AND t.position > after;
        ELSE
            SELECT min(t.position) INTO found FROM log.tags t
            WHERE t.tag = tags[turn] AND t.position >= candidate AND t.position <= until;
        END IF;
        IF found IS NULL THEN
            RETURN;
        END IF;
        agreed := CASE WHEN found = candidate THEN agreed + 1 ELSE 1 END;
        candidate := found;
        turn := turn % wanted + 1;
        CONTINUE WHEN agreed < wanted;
        agreed := 0;
        IF topics <> '{}' AND NOT EXISTS (
            SELECT FROM log.events e WHERE e.position = candidate AND e.topic = ANY (topics)
        ) THEN
            SELECT position INTO found FROM log.match_topics(
                topics,
                CASE WHEN backwards THEN after ELSE candidate END,
                CASE WHEN backwards THEN candidate - 1 ELSE until END,
                1,
                backwards
            ) AS position;
            IF found IS NULL THEN
                RETURN;
            END IF;
            candidate := found;
        ELSE
            RETURN NEXT candidate;
            rows := rows + 1;
            candidate := candidate + CASE WHEN backwards THEN -1 ELSE 1 END;
        END IF;
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION log.match FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.match TO ledger_service;
