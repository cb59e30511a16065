-- beside: what stands beside the log and is no part of it.
--
-- command_outcomes: what became of each command, written in the transaction of its events. A repeated
-- command is answered from it; a client that lost its connection finds its answer here.
--
-- command   its id, given by the client or for it
-- digest    SHA-256 of what was asked for: the same id with another content is an error. Null once a
--           sealed value of it was erased: a guess could be held against it.
-- outcome   accepted, refused (rules are broken), failed (it could not be judged or stored)
-- answer    canonical JSON: positions, or the broken rules, or the error
CREATE SCHEMA beside;
GRANT USAGE ON SCHEMA beside TO ledger_service;

CREATE TABLE beside.command_outcomes (
    command text COLLATE "C" PRIMARY KEY CHECK (octet_length(command) BETWEEN 1 AND 200),
    digest bytea CHECK (octet_length(digest) = 32),
    act text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('accepted', 'refused', 'failed')),
    answer text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL
);

GRANT SELECT, INSERT ON beside.command_outcomes TO ledger_service;

-- The owner's slip is stopped here as it is in the log.
CREATE TRIGGER nothing_goes BEFORE DELETE OR TRUNCATE ON beside.command_outcomes
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
