-- name: define
-- roster: who holds, held or is announced for a title; one row for each thing ever believed of it.
--
-- Days are null where there is no bound: a title without `until` is open-ended.
-- details: canonical JSON of what is shown and never searched.
-- known_since, known_until: the positions in which the row was believed, the second excluded.
CREATE TABLE roster (
    designation text COLLATE "C" NOT NULL,
    programme text COLLATE "C" NOT NULL,
    round text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    province text COLLATE "C" NOT NULL,
    category text COLLATE "C",
    fields text[] COLLATE "C" NOT NULL,
    announced_earliest date,
    announced_latest date,
    from_earliest date,
    from_latest date,
    until_earliest date,
    until_latest date,
    details text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    settled_by bigint NOT NULL,
    known_since bigint NOT NULL,
    known_until bigint
);

-- In the order of a page, with what is asked of every row behind it, what most fail first: what was not
-- believed at the position, or not announced by the day, is passed over without a look at its row.
CREATE INDEX roster_programme ON roster (
    programme, designation, position,
    coalesce(known_until, 9223372036854775807), known_since, coalesce(announced_earliest, '-infinity')
);
CREATE INDEX roster_round ON roster (
    programme, round, designation, position,
    coalesce(known_until, 9223372036854775807), known_since, coalesce(announced_earliest, '-infinity')
);
CREATE INDEX roster_announced ON roster (programme, round, coalesce(announced_earliest, '-infinity'));
CREATE INDEX roster_subject ON roster (subject);
CREATE INDEX roster_designation ON roster (designation);

-- name: forget
DELETE FROM roster WHERE designation = ANY ($1::text[])

-- name: page
-- What was believed at a position of the titles announced by a day, in order, behind a cursor.
SELECT designation, programme, round, subject, province, category, fields, announced_earliest,
    announced_latest, from_earliest, from_latest, until_earliest, until_latest, details, position,
    settled_by, known_since
FROM {home}.roster
WHERE known_since <= $1
    AND coalesce(known_until, 9223372036854775807) > $1
    AND coalesce(announced_earliest, '-infinity') <= $2
    AND ($3::text IS NULL OR programme = $3)
    AND ($4::text IS NULL OR round = $4)
    AND ($5::text IS NULL OR category = $5)
    AND ($6::text IS NULL OR $6 = ANY (fields))
    AND ($7::text IS NULL OR province = $7)
    AND ($8::text IS NULL OR subject = $8)
    AND ($9::text IS NULL OR (designation, position) > ($9, $10::bigint))
ORDER BY designation, position
LIMIT $11

-- name: unknown
-- The same of which no source gives the category: a question by category or field can neither count them in nor out.
SELECT designation, programme, round, subject, province, category, fields, announced_earliest,
    announced_latest, from_earliest, from_latest, until_earliest, until_latest, details, position,
    settled_by, known_since, count(*) OVER () AS of_all
FROM {home}.roster
WHERE known_since <= $1
    AND coalesce(known_until, 9223372036854775807) > $1
    AND coalesce(announced_earliest, '-infinity') <= $2
    AND ($3::text IS NULL OR programme = $3)
    AND ($4::text IS NULL OR round = $4)
    AND category IS NULL
    AND ($5::text IS NULL OR province = $5)
    AND ($6::text IS NULL OR subject = $6)
ORDER BY designation, position
LIMIT $7

-- name: causes
-- The positions behind one and up to another at which what is believed of a title changed.
SELECT DISTINCT moment AS position
FROM {home}.roster, LATERAL (VALUES (known_since), (known_until)) AS changed (moment)
WHERE designation = $1
    AND moment > $2
    AND moment <= $3
ORDER BY moment
