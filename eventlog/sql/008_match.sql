-- log.match(topics, tags, …): positions of the events of one of these topics that carry all these
-- tags, in order, at most max_rows of them; an empty array asks for nothing in particular.
--
-- after < position <= until. Backwards: from until down.
-- Work is bounded by the rarest of what is asked for, in whatever order it is given: each tag's
-- positions stand in order, so every tag in turn leaps to the first position not before the one
-- that the others have reached, until all agree.
CREATE FUNCTION log.match(
    topics text[], tags text[], after bigint, until bigint, max_rows integer, backwards boolean
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100
AS $$
DECLARE
    wanted integer := coalesce(array_length(tags, 1), 0);
    candidate bigint := CASE WHEN backwards THEN until ELSE after + 1 END;
    found bigint;
    agreed integer;
    turn integer := 1;
BEGIN
    IF wanted = 0 THEN
        RETURN QUERY SELECT * FROM log.match_topics(topics, after, until, max_rows, backwards);
        RETURN;
    END IF;
    FOR n IN 1..max_rows LOOP
        agreed := 0;
        WHILE agreed < wanted LOOP
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
            IF agreed = wanted AND topics <> '{}' AND NOT EXISTS (
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
                agreed := 0;
            END IF;
        END LOOP;
        RETURN NEXT candidate;
        candidate := candidate + CASE WHEN backwards THEN -1 ELSE 1 END;
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION log.match FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.match TO ledger_service;
