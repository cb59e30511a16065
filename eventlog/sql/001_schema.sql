-- The rooms of the database and who may enter them.
--
-- The schema log holds what is recorded, for ever. It is owned by the role that migrates; the service
-- may read it and may call the functions granted to it, and nothing else.
-- The role ledger_service is what every door, projector and tool runs as; it belongs to the whole
-- server, so a second ledger on the same server finds it there.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ledger_service') THEN
        CREATE ROLE ledger_service NOLOGIN;
        GRANT ledger_service TO CURRENT_USER;  -- so that one login can be both, where one must
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's migration was first
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA log;
GRANT USAGE ON SCHEMA log TO ledger_service;

-- Read models are the service's own: it may make them anew at any time from the log. They stand in
-- projections; the other two are where they are made before they take their place, or are compared.
CREATE SCHEMA projections;
CREATE SCHEMA projections_next;
CREATE SCHEMA projections_check;
GRANT USAGE, CREATE ON SCHEMA projections, projections_next, projections_check TO ledger_service;
