-- The rooms of the database and who may enter them.
--
-- log       what is recorded, for ever. Owned by the role that migrates; the service may read it
--           and may call the functions granted to it below and nothing else.
-- The role ledger_service is what every door, projector and tool runs as; it belongs to the whole
-- server, so a second ledger on the same server finds it there.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ledger_service') THEN
        CREATE ROLE ledger_service NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's migration was first
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA log;
GRANT USAGE ON SCHEMA log TO ledger_service;

-- Read models are the service's own: it may make them anew at any time from the log.
DO $$
BEGIN
    EXECUTE format('GRANT CREATE, TEMPORARY ON DATABASE %I TO ledger_service', current_database());
END
$$;
