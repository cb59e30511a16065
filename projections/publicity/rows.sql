-- name: define
-- publicity: notices, and the objections to what is on notice; one row for each thing ever believed.
--
-- kind: notice, objection. number: of the objection. place: where the notice stands.
-- since, until: the days of notice, both included; of an objection the day it was lodged.
-- ended: the day the notice was closed, or the objection resolved.
-- left_on: the day the case left the list: retracted, or an objection to it upheld.
-- notice: the position of the notice, of an objection that under which it was lodged.
-- outcome: of an objection: open, late (after the notice, not resolved), upheld, rejected.
-- category, fields: in which the case stands on its list. source: of a notice that is known from a published list
-- only, which has no case; else empty. called: what that list calls the subject; else empty.
-- known_since, known_until: the positions in which the row was believed, the second excluded.
CREATE TABLE publicity (
    entry text COLLATE "C" NOT NULL,
    case_id text COLLATE "C" NOT NULL,
    programme text COLLATE "C" NOT NULL,
    round text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    list text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    place text COLLATE "C" NOT NULL,
    since date NOT NULL,
    until date,
    ended date,
    left_on date,
    outcome text COLLATE "C" NOT NULL,
    notice bigint NOT NULL,
    category text COLLATE "C",
    fields text[] COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    called text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    settled_by bigint NOT NULL,
    known_since bigint NOT NULL,
    known_until bigint
);

CREATE INDEX publicity_round ON publicity (programme, round, since);
CREATE INDEX publicity_entry ON publicity (entry);

-- name: forget
DELETE FROM publicity WHERE entry = ANY ($1::text[])

-- name: of_programme
-- Notices and objections that had begun by a day, as believed at a position; objections of all ($5),
-- or to these subjects ($6). That a case left the list is told to those who are told of objections.
SELECT entry, case_id, programme, round, subject, kind, list, number, place, since, until, ended,
    CASE
        WHEN $5 OR subject = ANY ($6::text[]) THEN left_on
    END AS left_on,
    outcome, notice, category, fields, source, called, position, settled_by, known_since
FROM {home}.publicity
WHERE programme = $1
    AND ($2::text IS NULL OR round = $2)
    AND known_since <= $3
    AND (known_until IS NULL OR known_until > $3)
    AND since <= $4
    AND (kind = 'notice' OR $5 OR subject = ANY ($6::text[]))
ORDER BY case_id, entry, kind, number, position
