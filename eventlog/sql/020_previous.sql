-- projections_previous: the rows that were live before the last rebuild; the way back from it, and for the
-- program before, which goes on reading them until it is stopped.
CREATE SCHEMA projections_previous;
GRANT USAGE, CREATE ON SCHEMA projections_previous TO ledger_service;
