-- log.append(before, after, condition, clock): the only door into the log.
--
-- before, after  the canonical text of each event up to its position and from behind its
--                recorded_at: '{"actor":…,' and ',"salt":…,"tags":[…],"topic":"…"}'. What lies
--                between is known only here, under the lock, and is put in here.
-- condition      {"items": [{"topics": […], "tags": […]}, …], "after": n}: append nothing if an
--                event matches one of the items behind position n. No items: any event matches.
-- Returns the first and last position and the recorded_at that all the events share.
--
-- All or nothing: an error takes no position.
-- DL001: the condition fails; DETAIL is {"selector": i, "position": n}, i counted from 0.
-- DL003: an event is not in the form above, too large, or out of its place.
CREATE FUNCTION log.append(
    before text[], after text[], condition jsonb DEFAULT NULL, clock timestamptz DEFAULT NULL,
    OUT first bigint, OUT last bigint, OUT recorded_at timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    head bigint;
    stamp text;
    conflict bigint;
    item jsonb;
BEGIN
    SELECT t.head, t.now INTO head, recorded_at FROM log.take_turn(clock) AS t;
    IF (SELECT restoring FROM log.head) THEN
        RAISE EXCEPTION 'a restore into this ledger is not finished' USING ERRCODE = 'DL003';
    END IF;

    IF condition IS NOT NULL THEN
        FOR n IN 0 .. greatest(jsonb_array_length(condition -> 'items') - 1, 0) LOOP
            item := coalesce(condition -> 'items' -> n, '{"topics": [], "tags": []}');
            SELECT m INTO conflict FROM log.match(
                ARRAY(SELECT jsonb_array_elements_text(item -> 'topics')),
                ARRAY(SELECT jsonb_array_elements_text(item -> 'tags')),
                coalesce((condition ->> 'after')::bigint, 0), head, 1, false
            ) AS m;
            IF conflict IS NOT NULL THEN
                RAISE EXCEPTION 'event % matches what must not have happened', conflict
                    USING ERRCODE = 'DL001',
                        DETAIL = jsonb_build_object('selector', n, 'position', conflict);
            END IF;
        END LOOP;
    END IF;

    IF array_length(before, 1) IS DISTINCT FROM array_length(after, 1)
            OR coalesce(array_length(before, 1), 0) = 0 THEN
        RAISE EXCEPTION 'append takes one or more events, each in two halves' USING ERRCODE = 'DL003';
    END IF;
    first := head + 1;
    last := head + array_length(before, 1);
    stamp := log.instant(recorded_at);
    PERFORM log.store(
        ARRAY(
            SELECT b || '"position":' || (head + n) || ',"recorded_at":"' || stamp || '"' || a
            FROM unnest(before, after) WITH ORDINALITY AS halves (b, a, n)
            ORDER BY n
        ),
        head,
        stamp
    );
    IF head = 0 AND clock IS NOT NULL AND (SELECT NOT simulated FROM log.head) THEN
        RAISE EXCEPTION 'a real ledger takes its time from the database only'
            USING ERRCODE = 'DL002';
    END IF;
END
$$;

REVOKE ALL ON FUNCTION log.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.append TO ledger_service;
