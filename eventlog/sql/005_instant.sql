-- log.instant(at): an instant as it stands in an event's bytes, RFC 3339 in UTC to the microsecond.
CREATE FUNCTION log.instant(at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- log.instant(text): the same, read back.
CREATE FUNCTION log.instant(at text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN at::timestamptz;
