-- log.flaw(event, place): what keeps this event from standing at this place, or null.
--
-- A guard against a caller's slip, not the whole definition: that the bytes are canonical is
-- checked where they are made, and again by `verify`. STABLE, so that the planner inlines it: called
-- as a function it would cost more than all the rest of an append.
CREATE FUNCTION log.flaw(event jsonb, place bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN jsonb_typeof(event) <> 'object'
        OR event - ARRAY['actor', 'basis', 'command', 'data', 'effective', 'format', 'judged',
            'position', 'recorded_at', 'salt', 'tags', 'topic'] <> '{}'
        THEN 'event ' || place || ' is no envelope of format 1: its keys are others'
    WHEN NOT event ?& ARRAY['actor', 'data', 'format', 'position', 'recorded_at', 'salt', 'tags',
            'topic']
        THEN 'event ' || place || ' lacks one of: actor, data, format, position, recorded_at, salt, '
            || 'tags, topic'
    WHEN event -> 'format' <> '1'
        THEN 'event ' || place || ' is of a format that this ledger does not know'
    WHEN event -> 'position' IS DISTINCT FROM to_jsonb(place)
        THEN 'event ' || place || ' gives itself another position'
    WHEN jsonb_typeof(event -> 'topic') <> 'string' OR jsonb_typeof(event -> 'tags') <> 'array'
            OR jsonb_typeof(event -> 'data') <> 'object'
        THEN 'event ' || place || ': topic is a string, tags a list, data an object'
    WHEN jsonb_typeof(event -> 'salt') <> 'string' OR event ->> 'salt' !~ '^[0-9a-f]{32}$'
        THEN 'event ' || place || ': salt is 16 bytes in hexadecimal'
    WHEN (place = 1) <> (event ->> 'topic' = 'ledger.opened')
        THEN 'event 1, and no other, is ledger.opened'
    WHEN place = 1 AND coalesce(event #>> '{data,kind}', '') NOT IN ('real', 'simulated')
        THEN 'event 1 says of which kind the ledger is: real or simulated'
END;
