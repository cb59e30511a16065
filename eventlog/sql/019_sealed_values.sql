-- beside.sealed_values: the values that events hold as commitments, and that may be erased on an order.
--
-- commitment = SHA-256(salt || value), computed here, so that a kept value always fits its commitment.
CREATE TABLE beside.sealed_values (
    commitment bytea PRIMARY KEY CHECK (octet_length(commitment) = 32),
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    value bytea NOT NULL
);

GRANT SELECT ON beside.sealed_values TO ledger_service;

CREATE TRIGGER nothing_changes BEFORE UPDATE OR TRUNCATE ON beside.sealed_values
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

-- beside.keep(salts, texts): keep these values; one that is there already stays as it is.
--
-- Kept is what an event holds and no event has ordered to be erased; anything else is passed by.
CREATE FUNCTION beside.keep(salts bytea[], texts bytea[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH given AS MATERIALIZED (
        SELECT sha256(g.salt || g.text) AS commitment, g.salt, g.text
        FROM unnest(salts, texts) AS g (salt, text)
    ), kept AS (
        INSERT INTO beside.sealed_values (commitment, salt, value)
        SELECT given.commitment, given.salt, given.text
        FROM given
        WHERE EXISTS (
                SELECT FROM log.tags t WHERE t.tag = 'sealed:' || encode(given.commitment, 'hex')
            )
            AND NOT EXISTS (
                SELECT FROM log.tags t
                JOIN log.events e ON e.position = t.position
                WHERE t.tag = 'sealed:' || encode(given.commitment, 'hex')
                    AND e.topic = 'sealed-value.erased'
            )
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT count(*) FROM kept;
END;

-- beside.erase(position): erase the value that the event at this position orders to be erased, and
-- what could confirm a guess of it.
--
-- Nothing is erased without such an event: one that names its document and the event that holds the
-- value. Returns whether there was a value.
CREATE FUNCTION beside.erase("position" bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ordered jsonb;
    holder jsonb;
BEGIN
    SELECT convert_from(e.bytes, 'UTF8')::jsonb INTO ordered
    FROM log.events AS e
    WHERE e.position = erase.position AND e.topic = 'sealed-value.erased';
    SELECT convert_from(e.bytes, 'UTF8')::jsonb INTO holder
    FROM log.events AS e
    JOIN log.tags AS t ON t.position = e.position
    WHERE e.position = (ordered #>> '{data,event}')::bigint
        AND e.position < erase.position
        AND t.tag = 'sealed:' || (ordered #>> '{data,sealed}');
    IF holder IS NULL OR NOT ordered ? 'basis' THEN
        RETURN false;
    END IF;
    UPDATE beside.command_outcomes AS o SET digest = NULL WHERE o.command = holder ->> 'command';
    DELETE FROM beside.sealed_values AS s
    WHERE s.commitment = decode(ordered #>> '{data,sealed}', 'hex');
    RETURN FOUND;
END
$$;

REVOKE ALL ON FUNCTION beside.keep, beside.erase FROM PUBLIC;
GRANT EXECUTE ON FUNCTION beside.keep, beside.erase TO ledger_service;
