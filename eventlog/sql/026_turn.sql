-- log.unkept(): which setting of this session or server keeps a promise from being kept, or null. Read under the
-- lock by whoever is about to write, whatever a role's or a database's defaults say.
--
-- fsync, full_page_writes, synchronous_commit   what is acknowledged survives a crash
-- transaction_isolation                         what is read under the lock is the newest
-- transaction_read_only                         this server takes writes: it follows no other
-- standard_conforming_strings, server_encoding  the bytes are what was sent
CREATE FUNCTION log.unkept() RETURNS text
LANGUAGE sql STABLE
RETURN CASE
    WHEN current_setting('fsync') <> 'on' THEN 'fsync is off on this server'
    WHEN current_setting('full_page_writes') <> 'on' THEN 'full_page_writes is off on this server'
    WHEN current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
        THEN 'synchronous_commit is ' || current_setting('synchronous_commit')
    WHEN current_setting('transaction_isolation') <> 'read committed'
        THEN 'transaction_isolation is ' || current_setting('transaction_isolation')
    WHEN current_setting('transaction_read_only') <> 'off' THEN 'transaction_read_only is on'
    WHEN current_setting('standard_conforming_strings') <> 'on' THEN 'standard_conforming_strings is off'
    WHEN current_setting('server_encoding') <> 'UTF8'
        THEN 'server_encoding is ' || current_setting('server_encoding')
END;

GRANT EXECUTE ON FUNCTION log.unkept TO ledger_service;

DROP FUNCTION log.append, log.take_turn;

-- log.take_turn(clock, asked): wait for the log's lock and keep it until this transaction ends.
--
-- Returns the newest position and "now": the database's clock, read once, the same for every event
-- that this transaction appends; never below the newest event's recorded_at. Asked again in the
-- same transaction it answers the same.
-- clock: what a simulated ledger's driver says the time is; refused on a real ledger.
-- asked: the clock of the process that asks. Two clocks that are more than a minute apart are not both right:
-- nothing is recorded until they agree, for what is recorded in the future bars everything until then.
-- DL002: the clock stands more than 5 s behind the log, apart from the asker's, or was given to a real ledger.
-- DL005: a setting keeps a promise from being kept (log.unkept).
CREATE FUNCTION log.take_turn(
    clock timestamptz DEFAULT NULL, asked timestamptz DEFAULT NULL, OUT head bigint, OUT now timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    h log.head%ROWTYPE;
BEGIN
    SELECT * INTO STRICT h FROM log.head FOR UPDATE;
    head := h.position;
    IF log.unkept() IS NOT NULL THEN
        RAISE EXCEPTION 'nothing is recorded: %', log.unkept()
            USING ERRCODE = 'DL005',
                HINT = 'With it an acknowledged event could be lost or changed; set it as the README says.';
    END IF;
    IF h.turn = pg_current_xact_id() AND h.began = transaction_timestamp() THEN
        IF clock IS NOT NULL AND greatest(clock, h.recorded_at) <> h.turn_at THEN
            RAISE EXCEPTION 'one transaction has one time: % was asked for after %', clock, h.turn_at
                USING ERRCODE = 'DL002';
        END IF;
        now := h.turn_at;
        RETURN;
    END IF;
    IF clock IS NOT NULL AND h.position > 0 AND h.simulated IS NOT TRUE THEN
        RAISE EXCEPTION 'a real ledger takes its time from the database only'
            USING ERRCODE = 'DL002';
    END IF;
    now := coalesce(clock, clock_timestamp());
    IF now < h.recorded_at - interval '5 seconds' THEN
        RAISE EXCEPTION 'the clock (%) stands % behind the newest event (%)',
                now, h.recorded_at - now, h.recorded_at
            USING ERRCODE = 'DL002', HINT = 'Set the clock right, or wait until it has caught up; if the log '
                'stands ahead of the true time, docs/clock.md says what to do.';
    END IF;
    IF clock IS NULL AND abs(extract(epoch FROM now - asked)) > 60 THEN
        RAISE EXCEPTION 'the database''s clock (%) and that of the process that asks (%) are more than a minute '
                'apart: nothing is recorded', now, asked
            USING ERRCODE = 'DL002', HINT = 'Set whichever is wrong right.';
    END IF;
    now := greatest(now, h.recorded_at);
    UPDATE log.head SET
        turn = pg_current_xact_id(), began = transaction_timestamp(), turn_at = take_turn.now;
END
$$;

REVOKE ALL ON FUNCTION log.take_turn FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.take_turn TO ledger_service;

-- log.append(before, after, condition, clock, asked): the only door into the log.
--
-- before, after  the canonical text of each event up to its position and from behind its
--                recorded_at: '{"actor":…,' and ',"salt":…,"tags":[…],"topic":"…"}'. What lies
--                between is known only here, under the lock, and is put in here.
-- condition      {"items": [{"topics": […], "tags": […]}, …], "after": n}: append nothing if an
--                event matches one of the items behind position n. No items: any event matches.
-- clock, asked   as for log.take_turn
-- Returns the first and last position and the recorded_at that all the events share.
--
-- All or nothing: an error takes no position.
-- DL001: the condition fails; DETAIL is {"selector": i, "position": n}, i counted from 0.
-- DL003: an event is not in the form above (log.store), too large, or out of its place.
CREATE FUNCTION log.append(
    before text[], after text[], condition jsonb DEFAULT NULL, clock timestamptz DEFAULT NULL,
    asked timestamptz DEFAULT NULL,
    OUT first bigint, OUT last bigint, OUT recorded_at timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
DECLARE
    head bigint;
    stamp text;
    conflict bigint;
    item jsonb;
BEGIN
    SELECT t.head, t.now INTO head, recorded_at FROM log.take_turn(clock, asked) AS t;
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

    IF array_ndims(before) IS DISTINCT FROM 1 OR array_ndims(after) IS DISTINCT FROM 1
            OR array_length(before, 1) <> array_length(after, 1) THEN
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
