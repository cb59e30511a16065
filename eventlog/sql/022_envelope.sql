-- log.envelope(event): whether decoded JSON is the envelope of an event, of format 1 or 2: every key known, and
-- every value of its kind, so that a reader need not ask. STABLE, so that the planner inlines it.
--
-- Format 2 holds what judged an event, positions and searches, as one salted commitment (grounds); format 1
-- holds the positions themselves (facts, exceptions).
CREATE FUNCTION log.envelope(event jsonb) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(CASE
    WHEN jsonb_typeof(event -> 'actor') <> 'object' THEN false
    WHEN event ? 'basis' AND jsonb_typeof(event -> 'basis') <> 'object' THEN false
    WHEN event ? 'judged' AND jsonb_typeof(event -> 'judged') <> 'object' THEN false
    WHEN jsonb_typeof(coalesce(event #> '{judged,grounds}', '{}')) <> 'object' THEN false
    ELSE event -> 'format' IN ('1', '2')
    AND event - ARRAY['actor', 'basis', 'command', 'data', 'effective', 'format', 'judged', 'position',
        'recorded_at', 'salt', 'tags', 'topic'] = '{}'
    AND (event -> 'actor') - ARRAY['principal', 'role', 'unit'] = '{}'
    AND event -> 'actor' @@ 'strict $.principal.type() == "string" && $.role.type() == "string"
        && $.unit.type() == "string"'
    AND jsonb_typeof(event -> 'data') = 'object'
    AND jsonb_typeof(event -> 'recorded_at') = 'string'
    AND jsonb_typeof(event -> 'topic') = 'string'
    AND jsonb_typeof(event -> 'tags') = 'array'
    AND NOT event -> 'tags' @? 'strict $[*] ? (@.type() != "string")'
    AND (NOT event ? 'command' OR jsonb_typeof(event -> 'command') = 'string')
    AND (NOT event ? 'effective' OR jsonb_typeof(event -> 'effective') = 'string')
    AND (NOT event ? 'basis' OR (
        (event -> 'basis') - ARRAY['issuer', 'number', 'number_words', 'published', 'sha256', 'signed',
            'title'] = '{}'
        AND NOT event -> 'basis' @? 'strict $.* ? (@.type() != "string")'
    ))
    AND (NOT event ? 'judged' OR (
        (event -> 'judged') - ARRAY['readings', 'rulebook', 'rules', 'unset'] - CASE event -> 'format'
            WHEN '1' THEN ARRAY['exceptions', 'facts'] ELSE ARRAY['grounds'] END = '{}'
        AND event -> 'judged' @@ 'strict $.rulebook.type() == "string" && $.rules.type() == "array"'
        AND NOT (event -> 'judged') - 'rulebook' - 'grounds' @? 'strict $.* ? (@.type() != "array")'
        AND NOT (event -> 'judged') - 'rulebook' - 'grounds' - 'facts' - 'exceptions'
            @? 'strict $.*[*] ? (@.type() != "string")'
        AND NOT coalesce(event #> '{judged,facts}' @? 'strict $[*] ? (@.type() != "number")', false)
        AND NOT coalesce(event #> '{judged,exceptions}' @? 'strict $[*] ? (@.type() != "number")', false)
        AND (NOT event -> 'judged' ? 'grounds' OR (
            (event #> '{judged,grounds}') - 'sealed' = '{}'
            AND event #> '{judged,grounds}' @@ 'strict $.sealed like_regex "^[0-9a-f]{64}$"'
        ))
    ))
END, false);
