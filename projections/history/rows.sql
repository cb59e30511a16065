-- name: define
-- audit_trail: the history of each subject, one row for each thing ever believed of an event.
--
-- content: canonical JSON of what was believed: data, and effective and basis where stated.
-- settled_by: the event itself, or the correction whose words these are.
-- earliest, latest: the days between which it took effect; null where there is no bound.
-- document: the number of the event's document in its one spelling, else its title.
-- called: the names, as they are compared, of what no register holds, a line each: a project, its entity and its
-- credit code; a zone; a town.
-- known_since, known_until: the positions in which the row was believed, the second excluded.
CREATE TABLE audit_trail (
    position bigint NOT NULL,
    subject text COLLATE "C" NOT NULL,
    settled_by bigint NOT NULL,
    topic text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    earliest date,
    latest date,
    document text COLLATE "C",
    called text COLLATE "C",
    known_since bigint NOT NULL,
    known_until bigint
);

CREATE INDEX audit_trail_subject ON audit_trail (subject, position);
CREATE INDEX audit_trail_document ON audit_trail (document, position) WHERE document IS NOT NULL;
CREATE INDEX audit_trail_called ON audit_trail (subject, position, called) WHERE called IS NOT NULL;
CREATE INDEX audit_trail_position ON audit_trail (position);

-- name: forget
DELETE FROM audit_trail WHERE position = ANY ($1::bigint[])

-- name: of_subjects
-- What was believed at a position of the events of some subjects, in the order of (latest day, position);
-- with $3, also what had been believed before and was corrected by then. What concerns several of them
-- is found under the first of them first.
SELECT a.position, a.subject, a.settled_by, a.topic, a.content, a.earliest, a.latest,
    a.known_since, CASE WHEN a.known_until <= $2 THEN a.known_until END AS known_until,
    e.bytes, o.bytes AS original
FROM {home}.audit_trail AS a
JOIN log.events AS e ON e.position = a.settled_by
JOIN log.events AS o ON o.position = a.position
WHERE a.subject = ANY ($1::text[])
    AND a.known_since <= $2
    AND ($3 OR a.known_until IS NULL OR a.known_until > $2)
ORDER BY coalesce(a.latest, 'infinity'), a.position, a.known_since, array_position($1::text[], a.subject)

-- name: of_document
-- The events, as believed at a position, whose document begins so (from $1, up to $2), of some topics
-- (null: of all), and which may have taken effect by a day ($7); the first of them behind a position of the
-- first document ($5).
SELECT DISTINCT document, position
FROM {home}.audit_trail
WHERE (document, position) > ($1, $5::bigint)
    AND document < $2
    AND ($6::text[] IS NULL OR topic = ANY ($6))
    AND coalesce(earliest, '-infinity') <= $7
    AND known_since <= $3
    AND (known_until IS NULL OR known_until > $3)
ORDER BY document, position
LIMIT $4

-- name: of_called
-- The events, as believed at a position ($2), that have this ($1) in a name of a project, an entity, a zone or a
-- town, and what they say; of some topics (null: of all), by a day ($7); the first of
-- them behind one of a subject ($4, $5).
SELECT subject, position, content
FROM {home}.audit_trail
WHERE called IS NOT NULL
    AND strpos(called, $1) > 0
    AND (subject, position) > ($4, $5::bigint)
    AND ($6::text[] IS NULL OR topic = ANY ($6))
    AND coalesce(earliest, '-infinity') <= $7
    AND known_since <= $2
    AND (known_until IS NULL OR known_until > $2)
ORDER BY subject, position
LIMIT $3
