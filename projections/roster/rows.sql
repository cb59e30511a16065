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

-- name: asked
-- Which titles a question finds: what was believed at a position ($1) of those announced by a day ($2), of a programme,
-- round, category, field, province, subject and status ($3 to $9; null: of any).
known_since <= $1
    AND coalesce(known_until, 9223372036854775807) > $1
    AND coalesce(announced_earliest, '-infinity') <= $2
    AND ($3::text IS NULL OR programme = $3)
    AND ($4::text IS NULL OR round = $4)
    AND ($5::text IS NULL OR category = $5)
    AND ($6::text IS NULL OR $6 = ANY (fields))
    AND ($7::text IS NULL OR province = $7)
    AND ($8::text[] IS NULL OR subject = ANY ($8))
    AND ($9::text IS NULL OR $9 = {status})

-- name: status
-- A title's status on the day ($2).
CASE
        WHEN $2 > until_latest THEN 'held'
        WHEN $2 < from_earliest THEN 'announced'
        ELSE 'holds'
    END

-- name: shown
-- What an answer needs of a title.
designation, programme, round, subject, province, category, fields, announced_earliest, announced_latest,
    from_earliest, from_latest, until_earliest, until_latest, details, position, settled_by, known_since

-- name: page
-- In the order of designation, behind a cursor ($10, $11).
SELECT {shown}
FROM {home}.roster
WHERE {asked}
    AND ($10::text IS NULL OR (designation, position) > ($10, $11::bigint))
ORDER BY designation, position
LIMIT $12

-- name: sorted
-- The same by another key ($13), behind a cursor ($14 the key, $10 and $11); of what is alike, by designation.
SELECT {shown}, key
FROM {home}.roster,
    LATERAL (SELECT CASE $13::text
        WHEN 'announced' THEN to_char(coalesce(announced_latest, '9999-12-31'), 'YYYY-MM-DD')
        WHEN 'newest' THEN lpad((date '9999-12-31' - coalesce(announced_latest, '0001-01-01'))::text, 8, '0')
        WHEN 'province' THEN province
        WHEN 'category' THEN coalesce(category, '~')
    END COLLATE "C") AS sorting (key)
WHERE {asked}
    AND ($14::text IS NULL OR (key, designation, position) > ($14, $10::text, $11::bigint))
ORDER BY key, designation, position
LIMIT $12

-- name: counts
-- How many there are of the same, in all and by what may be asked further; a title of several fields counts in each.
WITH titles AS MATERIALIZED (
    SELECT round, category, fields, province, {status} AS status
    FROM {home}.roster
    WHERE {asked}
)
SELECT facet, value, count(*) AS titles
FROM titles, LATERAL (
    VALUES ('status', status), ('round', round), ('category', category), ('province', province)
    UNION ALL SELECT 'field', field FROM unnest(fields) AS field
) AS facets (facet, value)
GROUP BY facet, value
ORDER BY facet, value NULLS LAST

-- name: unknown
-- The same, asked without category and field, of which no source gives the category, or, of some categories ($11), the
-- field: a question by either can neither count them in nor out.
SELECT {shown}, count(*) OVER () AS of_all
FROM {home}.roster
WHERE {asked}
    AND (category IS NULL OR (category = ANY ($11::text[]) AND cardinality(fields) = 0))
ORDER BY designation, position
LIMIT $10

-- name: causes
-- The positions behind one and up to another at which what is believed of a title changed.
SELECT DISTINCT moment AS position
FROM {home}.roster, LATERAL (VALUES (known_since), (known_until)) AS changed (moment)
WHERE designation = $1
    AND moment > $2
    AND moment <= $3
ORDER BY moment
