-- log.restore(bytes[]): put back events of an export, byte for byte, behind the newest one.
--
-- The owner's alone, and only into a ledger that has never been appended to: from the first call
-- until log.restored() is called, append is closed; afterwards restore is. An interrupted restore
-- goes on behind the newest position. DL003: an event is out of its place, or the ledger is in use.
CREATE FUNCTION log.restore(bytes bytea[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    head log.head%ROWTYPE;
    wrong text;
BEGIN
    SELECT * INTO STRICT head FROM log.head FOR UPDATE;
    IF head.position > 0 AND NOT head.restoring THEN
        RAISE EXCEPTION 'this ledger is in use: it has % events of its own', head.position
            USING ERRCODE = 'DL003', HINT = 'Restore into a new database.';
    END IF;
    PERFORM set_config('log.door', pg_current_xact_id()::text, true);
    WITH parsed AS MATERIALIZED (
        SELECT head.position + n AS place, b AS bytes, convert_from(b, 'UTF8')::jsonb AS event
        FROM unnest(bytes) WITH ORDINALITY AS given (b, n)
    ), rows AS (
        INSERT INTO log.events ("position", recorded_at, topic, bytes, leaf_hash)
        SELECT place, log.instant(event ->> 'recorded_at'), event ->> 'topic', parsed.bytes,
            sha256('\x00'::bytea || parsed.bytes)
        FROM parsed
    ), tags AS (
        INSERT INTO log.tags (tag, "position")
        SELECT tag, place FROM parsed CROSS JOIN jsonb_array_elements_text(event -> 'tags') AS tag
    )
    SELECT log.flaw(event, place) INTO wrong FROM parsed
    WHERE log.flaw(event, place) IS NOT NULL ORDER BY place LIMIT 1;
    PERFORM set_config('log.door', '', true);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '%', wrong USING ERRCODE = 'DL003';
    END IF;
    UPDATE log.head SET
        position = newest.position,
        recorded_at = newest.recorded_at,
        restoring = true,
        simulated = (
            SELECT convert_from(e.bytes, 'UTF8')::jsonb #>> '{data,kind}' = 'simulated'
            FROM log.events e WHERE e.position = 1
        )
    FROM (
        SELECT e.position, e.recorded_at FROM log.events e ORDER BY e.position DESC LIMIT 1
    ) AS newest;
    RETURN (SELECT h.position FROM log.head h);
END
$$;

-- log.restored(): the export is complete; from here on the ledger is in use.
CREATE FUNCTION log.restored() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    UPDATE log.head SET restoring = false;
END;

REVOKE ALL ON FUNCTION log.restore, log.restored FROM PUBLIC;
