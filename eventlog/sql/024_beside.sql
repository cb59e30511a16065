-- beside.grounds: what judged an event, in words of positions: the facts and exceptions that decided, and what
-- was searched. The event (format 2) holds a salted commitment to it.
--
-- It is never erased: it names positions only. Explanations read it; rules, rows and hashes never do.
-- commitment = SHA-256(salt || value); value is canonical JSON.
CREATE TABLE beside.grounds (
    "position" bigint PRIMARY KEY,
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    value bytea NOT NULL
);

GRANT SELECT ON beside.grounds TO ledger_service;

CREATE TRIGGER nothing_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON beside.grounds
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

-- beside.keep_grounds(positions, salts, texts): keep what judged these events; whatever does not fit the
-- commitment in its event is passed by. Returns how many are there now.
CREATE FUNCTION beside.keep_grounds(positions bigint[], salts bytea[], texts bytea[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH fitting AS MATERIALIZED (
        SELECT g."position", g.salt, g.text
        FROM unnest(positions, salts, texts) AS g ("position", salt, text)
        JOIN log.events AS e ON e."position" = g."position"
        WHERE position(
            convert_to('"grounds":{"sealed":"' || encode(sha256(g.salt || g.text), 'hex') || '"}', 'UTF8')
            IN e.bytes
        ) > 0
    ), kept AS (
        INSERT INTO beside.grounds ("position", salt, value)
        SELECT f."position", f.salt, f.text FROM fitting AS f
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM fitting;
END;

REVOKE ALL ON FUNCTION beside.keep_grounds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION beside.keep_grounds TO ledger_service;

-- log.as_json(text): what a text spells as JSON of at most 32 levels, or null: whatever once stood in a column
-- of text can be read.
CREATE FUNCTION log.as_json(text text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    value jsonb;
BEGIN
    value := text::jsonb;
    RETURN CASE WHEN NOT jsonb_path_exists(value, 'strict $.**{32}') THEN value END;
EXCEPTION
    WHEN OTHERS THEN RETURN NULL;
END
$$;

GRANT EXECUTE ON FUNCTION log.as_json TO ledger_service;

-- An outcome is an object in JSON; what was written before this stands, and is told as a flaw.
ALTER TABLE beside.command_outcomes ADD CONSTRAINT answer_is_json
    CHECK (coalesce(jsonb_typeof(log.as_json(answer)) = 'object', false)) NOT VALID;
