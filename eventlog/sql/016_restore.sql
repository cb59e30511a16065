-- log.restore(bytes[]): put back events of an export, byte for byte, behind the newest one.
--
-- The owner's alone, and only into a ledger that has never been appended to: from the first call
-- until log.restored() is called, append is closed; afterwards restore is. An interrupted restore
-- goes on behind the newest position. DL003: an event is out of its place, or the ledger is in use.
CREATE FUNCTION log.restore(bytes bytea[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    head log.head%ROWTYPE;
BEGIN
    SELECT * INTO STRICT head FROM log.head FOR UPDATE;
    IF head.position > 0 AND NOT head.restoring THEN
        RAISE EXCEPTION 'this ledger is in use: it has % events of its own', head.position
            USING ERRCODE = 'DL003', HINT = 'Restore into a new database.';
    END IF;
    UPDATE log.head SET restoring = true;
    PERFORM log.store(
        ARRAY(
            SELECT convert_from(b, 'UTF8') FROM unnest(bytes) WITH ORDINALITY AS given (b, n)
            ORDER BY n
        ),
        head.position,
        NULL
    );
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
