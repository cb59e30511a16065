-- name: define
-- ranking: every score; one row for each thing ever believed of it.
--
-- criterion: empty where it is a bonus, which no reviewer gave.
-- points: hundredths of a point. weight: parts of ten thousand; null where no document has set it.
-- concluded: the day on which the case's review was concluded; null: its scores are not to be shown.
-- retracted: the day on which the case was taken back.
-- known_since, known_until: the positions in which the row was believed, the second excluded.
CREATE TABLE ranking (
    entry text COLLATE "C" NOT NULL,
    case_id text COLLATE "C" NOT NULL,
    programme text COLLATE "C" NOT NULL,
    round text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    category text COLLATE "C",
    reviewer text COLLATE "C" NOT NULL,
    criterion text COLLATE "C" NOT NULL,
    points integer NOT NULL,
    weight integer,
    scored date NOT NULL,
    concluded date,
    passed boolean,
    retracted date,
    position bigint NOT NULL,
    settled_by bigint NOT NULL,
    known_since bigint NOT NULL,
    known_until bigint
);

CREATE INDEX ranking_round ON ranking (programme, round);
CREATE INDEX ranking_entry ON ranking (entry);

-- name: forget
DELETE FROM ranking WHERE entry = ANY ($1::text[])

-- name: of_round
-- The scores of a round by case and criterion, of concluded reviews only; as believed at a position.
-- weight: the criterion's, as it was when the newest of them was given.
SELECT case_id, subject, category, passed, criterion, count(*) AS scores, sum(points) AS points,
    (array_agg(weight ORDER BY position DESC))[1] AS weight,
    array_agg(position ORDER BY position) AS events
FROM {home}.ranking
WHERE programme = $1
    AND round = $2
    AND known_since <= $3
    AND (known_until IS NULL OR known_until > $3)
    AND concluded <= $4
    AND (retracted IS NULL OR retracted > $4)
GROUP BY case_id, subject, category, passed, criterion
ORDER BY case_id, criterion

-- name: closed
-- How many cases of a round have scores that are not to be shown yet.
SELECT count(DISTINCT case_id)
FROM {home}.ranking
WHERE programme = $1
    AND round = $2
    AND known_since <= $3
    AND (known_until IS NULL OR known_until > $3)
    AND scored <= $4
    AND (concluded IS NULL OR concluded > $4)
    AND (retracted IS NULL OR retracted > $4)

-- name: own
-- What one reviewer has given in a round.
SELECT case_id AS "case", criterion, points, weight, scored, position AS event
FROM {home}.ranking
WHERE programme = $1
    AND round = $2
    AND known_since <= $3
    AND (known_until IS NULL OR known_until > $3)
    AND scored <= $4
    AND reviewer = $5
ORDER BY case_id, criterion, position
