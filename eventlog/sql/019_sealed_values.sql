-- beside.sealed_values: the values that events hold as commitments, and that may be erased on an order.
--
-- commitment = SHA-256(salt || value), computed here, so that a kept value always fits its commitment.
CREATE TABLE beside.sealed_values (
    commitment bytea PRIMARY KEY CHECK (octet_length(commitment) = 32),
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    value bytea NOT NULL
);

GRANT SELECT ON beside.sealed_values TO ledger_service;

-- beside.keep(salts, values): keep these values; one that is there already stays as it is.
CREATE FUNCTION beside.keep(salts bytea[], texts bytea[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    INSERT INTO beside.sealed_values (commitment, salt, value)
    SELECT sha256(given.salt || given.text), given.salt, given.text
    FROM unnest(salts, texts) AS given (salt, text)
    ON CONFLICT DO NOTHING;
END;

-- beside.erase(position): erase the value that the event at this position orders to be erased.
--
-- Nothing is erased without such an event. Returns whether there was a value.
CREATE FUNCTION beside.erase("position" bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM beside.sealed_values AS s
    USING log.events AS e
    WHERE e.position = erase.position
        AND e.topic = 'sealed-value.erased'
        AND s.commitment = decode(convert_from(e.bytes, 'UTF8')::jsonb #>> '{data,sealed}', 'hex');
    RETURN FOUND;
END
$$;

REVOKE ALL ON FUNCTION beside.keep, beside.erase FROM PUBLIC;
GRANT EXECUTE ON FUNCTION beside.keep, beside.erase TO ledger_service;
