-- Where the rows of read models stand. A program reads the schema in which its own definition of them is
-- live; making rows anew ends when another schema is. Rows never move under a reader, and two programs
-- that define read models otherwise serve side by side.
--
-- homes: what each of three schemas is to a definition of the read models; without one it is free.
--   role: live (read and followed), previous (those that were live, the way back), next (being made).
-- checkpoints: how far each read model has followed the log in a schema; written with its rows.
--   definition: of its table and its fold; another one gives other rows.
--   failed_at, failure: the event that it cannot take in, and why; it stands until rebuilt.
--
-- projections_check is where rows are made to be compared. What stood in these schemas before is made anew.
DROP SCHEMA projections CASCADE;
DROP SCHEMA projections_next CASCADE;
DROP SCHEMA projections_previous CASCADE;
DROP SCHEMA projections_check CASCADE;
CREATE SCHEMA projections;
CREATE SCHEMA projections_1;
CREATE SCHEMA projections_2;
CREATE SCHEMA projections_3;
CREATE SCHEMA projections_check;
GRANT USAGE ON SCHEMA projections TO ledger_service;
GRANT USAGE, CREATE ON SCHEMA projections_1, projections_2, projections_3, projections_check TO ledger_service;

CREATE TABLE projections.homes (
    schema text COLLATE "C" PRIMARY KEY,
    definition text COLLATE "C",
    role text COLLATE "C" CHECK (role IN ('live', 'previous', 'next')),
    CHECK ((definition IS NULL) = (role IS NULL)),
    UNIQUE (definition, role) DEFERRABLE
);
CREATE UNIQUE INDEX one_at_a_time ON projections.homes (role) WHERE role = 'next';
INSERT INTO projections.homes (schema) VALUES ('projections_1'), ('projections_2'), ('projections_3');

CREATE TABLE projections.checkpoints (
    schema text COLLATE "C",
    model text COLLATE "C",
    definition text NOT NULL,
    position bigint NOT NULL,
    failed_at bigint,
    failure text,
    PRIMARY KEY (schema, model)
);

GRANT SELECT, UPDATE (definition, role) ON projections.homes TO ledger_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON projections.checkpoints TO ledger_service;
