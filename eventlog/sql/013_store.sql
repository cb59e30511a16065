-- log.store(texts, behind, stamp): the rows of these events, behind that position; nothing else makes
-- rows.
--
-- texts: the whole canonical text of each event, in order. Topic, time and tags are taken from it, so
-- that the index cannot differ from the bytes. For append and restore only, under their lock.
-- stamp: the recorded_at that all must bear; null where each keeps its own, none below the one before.
-- DL003: an event is not an envelope, or is out of its place or time.
CREATE FUNCTION log.store(texts text[], behind bigint, stamp text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong text;
BEGIN
    PERFORM set_config('log.door', pg_current_xact_id()::text, true);
    WITH parsed AS MATERIALIZED (
        SELECT behind + n AS place, text, convert_to(text, 'UTF8') AS bytes, text::jsonb AS event
        FROM unnest(texts) WITH ORDINALITY AS given (text, n)
    ), flawed AS MATERIALIZED (
        SELECT place, coalesce(
            log.flaw(event, place),
            CASE
                WHEN event ->> 'recorded_at' <> stamp
                    THEN 'event ' || place || ' gives itself another time'
                WHEN stamp IS NULL AND log.instant(event ->> 'recorded_at') < coalesce(
                    log.instant(lag(event) OVER (ORDER BY place) ->> 'recorded_at'),
                    (SELECT h.recorded_at FROM log.head h)
                )
                    THEN 'event ' || place || ' is recorded before its predecessor'
                WHEN ARRAY(SELECT json_object_keys(text::json))
                        <> ARRAY(SELECT k FROM jsonb_object_keys(event) AS k ORDER BY k COLLATE "C")
                    THEN 'event ' || place || ': its keys are not in order, or one stands twice'
            END
        ) AS flaw
        FROM parsed
    ), rows AS (
        INSERT INTO log.events ("position", recorded_at, topic, bytes, leaf_hash)
        SELECT place, log.instant(event ->> 'recorded_at'), event ->> 'topic', bytes,
            sha256('\x00'::bytea || bytes)
        FROM parsed
    ), tags AS (
        INSERT INTO log.tags (tag, "position")
        SELECT tag, place FROM parsed CROSS JOIN jsonb_array_elements_text(event -> 'tags') AS tag
    )
    SELECT flaw INTO wrong FROM flawed WHERE flaw IS NOT NULL ORDER BY place LIMIT 1;
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

REVOKE ALL ON FUNCTION log.store FROM PUBLIC;
