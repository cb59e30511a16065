-- log.events: one row per event, for ever.
--
-- bytes        the event: RFC 8785 canonical JSON in UTF-8. Everything else here is an index over it.
-- position     1, 2, 3 … without gaps, in commit order
-- recorded_at  the database's clock, to the microsecond; never below its predecessor's
-- leaf_hash    SHA-256(0x00 || bytes), RFC 6962
CREATE TABLE log.events (
    position bigint PRIMARY KEY CHECK (position > 0),
    recorded_at timestamptz NOT NULL,
    topic text COLLATE "C" NOT NULL,
    bytes bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 2 AND 65535),
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32)
);

CREATE INDEX events_topic ON log.events (topic, position);

GRANT SELECT ON log.events TO ledger_service;
