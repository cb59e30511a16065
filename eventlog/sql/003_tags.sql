-- log.tags: which events carry a tag, in order of position.
--
-- At least the tags in the event's bytes; a later migration may add to them, never take away.
CREATE TABLE log.tags (
    tag text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tag, position)
);

GRANT SELECT ON log.tags TO ledger_service;
