-- log.head: the one row whose lock orders all writers.
--
-- position, recorded_at  of the newest event (0 and -infinity before the first)
-- simulated              null until event 1 says so; only a simulated ledger's driver sets the clock
-- restoring              a restore has begun and is not finished: append is closed until it is
-- turn, began, turn_at   the transaction that holds the lock (its id alone could come again after a
--                        move to another server) and its "now"; they mean nothing once it has ended
CREATE TABLE log.head (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    position bigint NOT NULL CHECK (position >= 0),
    recorded_at timestamptz NOT NULL,
    simulated boolean,
    restoring boolean NOT NULL DEFAULT false,
    turn xid8,
    began timestamptz,
    turn_at timestamptz
) WITH (fillfactor = 10);

INSERT INTO log.head (position, recorded_at) VALUES (0, '-infinity');

GRANT SELECT ON log.head TO ledger_service;
