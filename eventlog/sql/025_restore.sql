-- log.head.restored: up to where the last restore came; as long as nothing was appended since, a later part of
-- the same export may follow. promised: how many events a restore that was begun is to bring; null once it has.
ALTER TABLE log.head ADD COLUMN restored bigint, ADD COLUMN promised bigint;

-- log.promise(until): a restore is begun that brings the log to that position; append is closed until it has, and
-- a shorter one does not end it. DL003: the ledger is in use, or a longer one was begun.
CREATE FUNCTION log.promise(until bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    head log.head%ROWTYPE;
BEGIN
    SELECT * INTO STRICT head FROM log.head FOR UPDATE;
    IF head.promised > until THEN
        RAISE EXCEPTION 'a restore of % events was begun and is not finished', head.promised
            USING ERRCODE = 'DL003', HINT = 'Finish it, or restore into a new database.';
    END IF;
    IF until > head.position THEN
        PERFORM log.may_be_restored(head);
        UPDATE log.head SET restoring = true, promised = until;
    END IF;
END
$$;

-- log.may_be_restored(head): whether nothing was appended but by a restore. DL003: the ledger is in use.
CREATE FUNCTION log.may_be_restored(head log.head) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF head.position > 0 AND NOT head.restoring AND head.restored IS DISTINCT FROM head.position THEN
        RAISE EXCEPTION 'this ledger is in use: it has % events of its own',
                head.position - coalesce(head.restored, 0)
            USING ERRCODE = 'DL003', HINT = 'Restore into a new database.';
    END IF;
END
$$;

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
    PERFORM log.may_be_restored(head);
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
    UPDATE log.head SET
        restoring = false,
        restored = CASE WHEN restoring THEN position ELSE restored END,
        promised = NULL
    WHERE position >= coalesce(promised, 0);
END;

REVOKE ALL ON FUNCTION log.promise, log.may_be_restored FROM PUBLIC;
