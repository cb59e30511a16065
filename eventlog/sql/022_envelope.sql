-- log.is_hex(text, digits): whether it is that many lower-case digits in hexadecimal. ({32} in a regular expression
-- is five times slower.)
CREATE FUNCTION log.is_hex(text text, digits integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN octet_length(text) = digits AND text ~ '^[0-9a-f]*$';

-- log.texts(list), log.numbers(list): a list of strings, of numbers, as canonical JSON spells it; null for what is
-- none. (json_strip_nulls writes without blanks.)
CREATE FUNCTION log.texts(list jsonb) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN jsonb_typeof(list) = 'array' AND NOT list @? 'strict $[*] ? (@.type() != "string")'
        THEN json_strip_nulls(list::text::json)::text
END;

CREATE FUNCTION log.numbers(list jsonb) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN jsonb_typeof(list) = 'array' AND NOT list @? 'strict $[*] ? (@.type() != "number")'
        THEN replace(list::text, ' ', '')
END;

-- log.document(event): its basis, as canonical JSON spells it.
CREATE FUNCTION log.document(event jsonb) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '{' || ltrim(concat(
    ',"issuer":' || to_json(event #>> '{basis,issuer}'),
    ',"number":' || to_json(event #>> '{basis,number}'),
    ',"number_words":' || to_json(event #>> '{basis,number_words}'),
    ',"published":' || to_json(event #>> '{basis,published}'),
    ',"sha256":' || to_json(event #>> '{basis,sha256}'),
    ',"signed":' || to_json(event #>> '{basis,signed}'),
    ',"title":' || to_json(event #>> '{basis,title}')
), ',') || '}';

-- log.judged(event): what judged it, as canonical JSON spells it. Format 2 holds what it was judged on, positions
-- and searches, as one salted commitment (grounds); format 1 holds the positions themselves (facts, exceptions).
CREATE FUNCTION log.judged(event jsonb) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '{' || ltrim(concat(
    CASE event -> 'format'
        WHEN '1' THEN
            concat(
                ',"exceptions":' || log.numbers(event #> '{judged,exceptions}'),
                ',"facts":' || log.numbers(event #> '{judged,facts}')
            )
        ELSE CASE WHEN log.is_hex(event #>> '{judged,grounds,sealed}', 64) THEN
            ',"grounds":{"sealed":"' || (event #>> '{judged,grounds,sealed}') || '"}'
        END
    END,
    ',"readings":' || log.texts(event #> '{judged,readings}'),
    ',"rulebook":', to_json(event #>> '{judged,rulebook}'),
    ',"rules":', log.texts(event #> '{judged,rules}'),
    ',"unset":' || log.texts(event #> '{judged,unset}')
), ',') || '}';

-- log.spelled(event, data, place, stamp): what the whole text of an event must be, letter by letter, around the
-- text of its data, if it is an envelope of format 1 or 2 in its one spelling, at this place and of this time: every
-- key known and in order, none twice, every value of its kind. STABLE, so that the planner inlines it.
CREATE FUNCTION log.spelled(event jsonb, data text, place bigint, stamp text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN concat(
    '{"actor":{"principal":', to_json(event #>> '{actor,principal}'),
    ',"role":', to_json(event #>> '{actor,role}'),
    ',"unit":', to_json(event #>> '{actor,unit}'),
    CASE WHEN event ? 'basis' THEN '},"basis":' || log.document(event) ELSE '}' END,
    ',"command":' || to_json(event ->> 'command'),
    ',"data":', data,
    ',"effective":' || to_json(event ->> 'effective'),
    ',"format":', CASE WHEN event -> 'format' IN ('1', '2') THEN event -> 'format' END,
    CASE WHEN event ? 'judged' THEN ',"judged":' || log.judged(event) END,
    ',"position":', place,
    ',"recorded_at":"', stamp,
    '","salt":', to_json(event ->> 'salt'),
    ',"tags":', log.texts(event -> 'tags'),
    ',"topic":', to_json(event ->> 'topic'),
    '}'
);
