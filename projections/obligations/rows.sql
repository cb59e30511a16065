-- name: define
-- obligations: the duties of each title and what was filed; one row for each thing ever believed.
--
-- edition: the rule book that says so, as an event cites it: city-2019/1.
-- due: null where the text sets no date; of the first, where it comes each year.
-- which: one of several: a year, a field. filed, filed_by: the day, and the event.
-- rests: on which open point it rests. lacking: of what was filed, what is not there.
-- begins: from which day on it is owed; null: as long as the title is held.
-- since, until: the days on which the title is held; until is null where it goes on.
-- known_since, known_until: the positions in which the row was believed, the second excluded.
CREATE TABLE obligations (
    designation text COLLATE "C" NOT NULL,
    programme text COLLATE "C" NOT NULL,
    round text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    province text COLLATE "C" NOT NULL,
    edition text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    what text COLLATE "C" NOT NULL,
    which text COLLATE "C" NOT NULL,
    due date,
    yearly boolean NOT NULL,
    filed date,
    filed_by bigint,
    rests text COLLATE "C" NOT NULL,
    lacking text[] NOT NULL,
    begins date,
    since date NOT NULL,
    until date,
    position bigint NOT NULL,
    settled_by bigint NOT NULL,
    known_since bigint NOT NULL,
    known_until bigint
);

CREATE INDEX obligations_programme ON obligations (programme, designation);
CREATE INDEX obligations_designation ON obligations (designation);
CREATE INDEX obligations_subject ON obligations (subject);

-- name: forget
DELETE FROM obligations WHERE designation = ANY ($1::text[])

-- name: page
-- The duties of titles that were held by a day, as believed at a position; whole titles, in order;
-- of these subjects only ($7; null: of all), an entity's projects, and what lies in the units $8.
SELECT designation, programme, round, subject, province, edition, rule, what, which, due, yearly, filed,
    filed_by, rests, lacking, begins, since, until, position
FROM {home}.obligations
WHERE designation IN (
        SELECT DISTINCT designation
        FROM {home}.obligations
        WHERE known_since <= $1
            AND (known_until IS NULL OR known_until > $1)
            AND since <= $2
            AND ($3::text IS NULL OR programme = $3)
            AND ($4::text IS NULL OR subject = $4)
            AND ($5::text IS NULL OR designation > $5)
            AND (
                $7::text[] IS NULL
                OR subject = ANY ($7)
                OR subject LIKE 'project:%'
                    AND (split_part(subject, '/', 1) = ANY ($7) OR province = ANY ($8::text[]))
            )
        ORDER BY designation
        LIMIT $6
    )
    AND known_since <= $1
    AND (known_until IS NULL OR known_until > $1)
    AND since <= $2
ORDER BY designation, rule, what, which, filed, filed_by
