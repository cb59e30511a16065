-- log.flaw(event, place): what keeps this event from standing at this place, or null. What a restore asks too.
CREATE OR REPLACE FUNCTION log.flaw(event jsonb, place bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN jsonb_typeof(event) <> 'object'
        OR event - ARRAY['actor', 'basis', 'command', 'data', 'effective', 'format', 'judged',
            'position', 'recorded_at', 'salt', 'tags', 'topic'] <> '{}'
        THEN 'event ' || place || ' is no envelope of format 1 or 2: its keys are others'
    WHEN NOT event ?& ARRAY['actor', 'data', 'format', 'position', 'recorded_at', 'salt', 'tags',
            'topic']
        THEN 'event ' || place || ' lacks one of: actor, data, format, position, recorded_at, salt, '
            || 'tags, topic'
    WHEN event -> 'format' NOT IN ('1', '2')
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

-- log.members(value): what in an object or list may have keys out of order, and whether its own key is not behind
-- the one before. Only that: a value without two keys is passed by.
CREATE FUNCTION log.members(container json, OUT value json, OUT disordered boolean) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT m.value, m.disordered
    FROM (
        SELECT e.value, lag(e.key) OVER () >= e.key COLLATE "C" AS disordered
        FROM json_each(members.container) AS e
        WHERE json_typeof(members.container) = 'object'
        UNION ALL
        SELECT a.value, false
        FROM json_array_elements(members.container) AS a (value)
        WHERE json_typeof(members.container) = 'array'
    ) AS m
    WHERE m.disordered OR (left(m.value::text, 1) IN ('{', '[') AND strpos(m.value::text, '{') > 0
        AND strpos(m.value::text, ',"') > 0);
END;

-- log.store(texts, behind, stamp): the rows of these events, behind that position; nothing else makes rows.
--
-- texts: the whole canonical text of each event, in order. Topic, time and tags are taken from it, so
-- that the index cannot differ from the bytes. For append and restore only, under their lock.
-- stamp: the recorded_at that all must bear. Null in a restore: each keeps its own, none below the one before,
-- and its spelling is not asked about: what a door once took is put back, byte for byte.
--
-- What is appended has the one spelling that readers rely on (RFC 8785, domain/canonical.py): tokens of
-- canonical JSON only, so no float, no null, ASCII keys; at every level keys in order and none twice; integers
-- below 2^53; strings in Unicode NFC; at most 32 levels. Most events are seen to be so by one regular expression
-- (`plain`), by what their envelope must be (log.spelled), and a walk over the objects in their data.
-- DL003: an event is not an envelope, not spelled so, or out of its place or time.
CREATE OR REPLACE FUNCTION log.store(texts text[], behind bigint, stamp text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    tokens CONSTANT text := '^(?:"(?:[ !#-\[\]-\u007f]|\\["\\bfnrt]|\\u00(?:0[0-7bef]|1[0-9a-f]))*":'
        '|(?:"(?:[^"\\]|\\["\\bfnrt]|\\u00(?:0[0-7bef]|1[0-9a-f]))*"|0|-?[1-9][0-9]{0,15}|true|false)[]},]'
        '|[][{},])*$';
    plain CONSTANT text := '^(?:"(?:[ !#-\[\]-\u007f]|\\["\\bfnrt]|\\u00(?:0[0-7bef]|1[0-9a-f]))*":'
        '|(?:"(?:[ !#-\[\]-\u007f、-〩一-鿿！-～“”‘’…—]|\\["\\bfnrt])*"|0|-?[1-9][0-9]{0,14}|true|false)[]},]'
        '|[][{},])*$';
    wrong text;
BEGIN
    PERFORM set_config('log.door', pg_current_xact_id()::text, true);
    WITH RECURSIVE parsed AS MATERIALIZED (
        SELECT behind + n AS place, text, convert_to(text, 'UTF8') AS bytes, text::jsonb AS event,
            CASE WHEN stamp IS NOT NULL THEN text::json -> 'data' END AS data
        FROM unnest(texts) WITH ORDINALITY AS given (text, n)
    ), object (place, value, disordered) AS (
        SELECT p.place, m.value, m.disordered
        FROM parsed AS p
        CROSS JOIN LATERAL log.members(p.data) AS m
        UNION ALL
        SELECT o.place, m.value, m.disordered
        FROM object AS o
        CROSS JOIN LATERAL log.members(o.value) AS m
    ), flawed AS MATERIALIZED (
        SELECT place, 1 AS worse, CASE
            WHEN stamp IS NULL
                THEN coalesce(log.flaw(event, place), CASE
                    WHEN log.instant(event ->> 'recorded_at') < coalesce(
                        log.instant(lag(event) OVER (ORDER BY place) ->> 'recorded_at'),
                        (SELECT h.recorded_at FROM log.head h)
                    )
                    THEN 'event ' || place || ' is recorded before its predecessor'
                END)
            WHEN jsonb_path_exists(event, 'strict $.**{32} ? (@.type() == "object" || @.type() == "array")')
                THEN 'event ' || place || ' has more than 32 levels'
            WHEN text IS DISTINCT FROM log.spelled(event, data::text, place, stamp)
                THEN coalesce(log.flaw(event, place), CASE
                    WHEN event ->> 'recorded_at' <> stamp
                        THEN 'event ' || place || ' gives itself another time'
                    ELSE 'event ' || place || ' is no envelope in its one spelling: its keys are others, not in '
                        || 'order, or one stands twice, or a value is of another kind'
                END)
            WHEN (place = 1 OR event ->> 'topic' = 'ledger.opened' OR NOT log.is_hex(event ->> 'salt', 32)
                    OR jsonb_typeof(event -> 'data') <> 'object') AND log.flaw(event, place) IS NOT NULL
                THEN log.flaw(event, place)
            WHEN text ~ plain
                THEN NULL
            WHEN text !~ tokens
                THEN 'event ' || place || ' is not canonical: it holds a float, null, a key that is not '
                    || 'ASCII, or a blank or escape that is not needed'
            WHEN text ~ '[0-9]{16}' AND jsonb_path_exists(
                event,
                'strict $.** ? (@.type() == "number" && (@ > 9007199254740991 || @ < -9007199254740991))'
            )
                THEN 'event ' || place || ' holds an integer of 2^53 or more'
            WHEN regexp_replace(text, '\\(u....|.)', ' ', 'g') IS NOT NFC NORMALIZED  -- an escape composes with nothing
                THEN 'event ' || place || ' holds a string that is not in Unicode normal form C'
        END AS flaw
        FROM parsed
        UNION ALL
        SELECT place, 2, 'event ' || place || ': its keys are not in order, or one stands twice'
        FROM object
        WHERE disordered
    ), rows AS (
        INSERT INTO log.events ("position", recorded_at, topic, bytes, leaf_hash)
        SELECT place, log.instant(event ->> 'recorded_at'), event ->> 'topic', bytes,
            sha256('\x00'::bytea || bytes)
        FROM parsed
    ), tags AS (
        INSERT INTO log.tags (tag, "position")
        SELECT tag, place FROM parsed CROSS JOIN jsonb_array_elements_text(event -> 'tags') AS tag
    )
    SELECT flaw INTO wrong FROM flawed WHERE flaw IS NOT NULL ORDER BY place, worse LIMIT 1;
    PERFORM set_config('log.door', '', true);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '%', wrong USING ERRCODE = 'DL003';
    END IF;

    UPDATE log.head SET
        position = newest.position,
        recorded_at = newest.recorded_at,
        simulated = CASE WHEN behind > 0 THEN simulated ELSE (
            SELECT convert_from(e.bytes, 'UTF8')::jsonb #>> '{data,kind}' = 'simulated'
            FROM log.events e WHERE e.position = 1
        ) END
    FROM (
        SELECT e.position, e.recorded_at FROM log.events e ORDER BY e.position DESC LIMIT 1
    ) AS newest;
END
$$;
