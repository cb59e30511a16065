-- log.envelope(event): whether decoded JSON is the envelope of an event, of format 1 or 2: every key known, and
-- every value of its kind, so that a reader need not ask. STABLE, so that the planner inlines it.
--
-- Format 2 holds what judged an event, positions and searches, as one salted commitment (grounds); format 1
-- holds the positions themselves (facts, exceptions).
CREATE FUNCTION log.envelope(event jsonb) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(
    event @@ 'lax $.format == 1 || $.format == 2'
    AND event @@ 'lax $.actor.principal.type() == "string" && $.actor.role.type() == "string"
        && $.actor.unit.type() == "string" && $.data.type() == "object" && $.recorded_at.type() == "string"
        && $.topic.type() == "string" && $.tags.type() == "array" && !exists($.tags[*] ? (@.type() != "string"))
        && !exists($.command ? (@.type() != "string")) && !exists($.effective ? (@.type() != "string"))'
    AND event - ARRAY['actor', 'basis', 'command', 'data', 'effective', 'format', 'judged', 'position',
        'recorded_at', 'salt', 'tags', 'topic'] = '{}'
    AND (event -> 'actor') - ARRAY['principal', 'role', 'unit'] = '{}'
    AND (NOT event ? 'basis' OR (
        event @@ 'lax $.basis.type() == "object" && !exists($.basis.* ? (@.type() != "string"))'
        AND (event -> 'basis') - ARRAY['issuer', 'number', 'number_words', 'published', 'sha256', 'signed',
            'title'] = '{}'
    ))
    AND (NOT event ? 'judged' OR (
        event -> 'judged' @@ 'lax $.rulebook.type() == "string" && $.rules.type() == "array"
            && !exists($.keyvalue() ? (@.key != "grounds" && @.key != "rulebook" && @.value.type() != "array"))
            && !exists($.rules[*] ? (@.type() != "string")) && !exists($.readings[*] ? (@.type() != "string"))
            && !exists($.unset[*] ? (@.type() != "string")) && !exists($.facts[*] ? (@.type() != "number"))
            && !exists($.exceptions[*] ? (@.type() != "number"))'
        AND (event -> 'judged') - ARRAY['readings', 'rulebook', 'rules', 'unset'] - CASE event -> 'format'
            WHEN '1' THEN ARRAY['exceptions', 'facts'] ELSE ARRAY['grounds'] END = '{}'
        AND (NOT event -> 'judged' ? 'grounds' OR (
            event @@ 'lax $.judged.grounds.sealed like_regex "^[0-9a-f]{64}$"'
            AND (event #> '{judged,grounds}') - 'sealed' = '{}'
        ))
    )),
    false
);
