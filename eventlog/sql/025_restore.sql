-- log.head.restored: up to where the last restore came; as long as nothing was appended since, a later part of
-- the same export may follow.
ALTER TABLE log.head ADD COLUMN restored bigint;

-- log.restore(bytes[]): put back events of an export, byte for byte, behind the newest one.
--
-- The owner's alone, and only into a ledger that has never been appended to: from the first call
-- until log.restored() is called, append is closed. An interrupted restore, and a later part, go on behind the
-- newest position. DL003: an event is out of its place, or the ledger is in use.
CREATE OR REPLACE FUNCTION log.restore(bytes bytea[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    head log.head%ROWTYPE;
BEGIN
    SELECT * INTO STRICT head FROM log.head FOR UPDATE;
    IF head.position > 0 AND NOT head.restoring AND head.restored IS DISTINCT FROM head.position THEN
        RAISE EXCEPTION 'this ledger is in use: it has % events of its own',
                head.position - coalesce(head.restored, 0)
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

-- log.restored(): what was exported is here; from here on the ledger may be used.
CREATE OR REPLACE FUNCTION log.restored() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    UPDATE log.head SET restoring = false, restored = CASE WHEN restoring THEN position ELSE restored END;
END;
