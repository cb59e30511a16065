-- log.take_turn(clock): wait for the log's lock and keep it until this transaction ends.
--
-- Returns the newest position and "now": the database's clock, read once, the same for every event
-- that this transaction appends; never below the newest event's recorded_at. Asked again in the
-- same transaction it answers the same.
-- clock: what a simulated ledger's driver says the time is; refused on a real ledger.
-- DL002: the clock stands more than 5 s behind the log, or was given to a real ledger.
CREATE FUNCTION log.take_turn(clock timestamptz DEFAULT NULL, OUT head bigint, OUT now timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    h log.head%ROWTYPE;
BEGIN
    SELECT * INTO STRICT h FROM log.head FOR UPDATE;
    head := h.position;
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
            USING ERRCODE = 'DL002', HINT = 'Set the clock right, or wait until it has caught up.';
    END IF;
    now := greatest(now, h.recorded_at);
    UPDATE log.head SET
        turn = pg_current_xact_id(), began = transaction_timestamp(), turn_at = take_turn.now;
END
$$;

REVOKE ALL ON FUNCTION log.take_turn FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.take_turn TO ledger_service;
