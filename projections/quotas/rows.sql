-- name: define
-- quotas: caps, and places taken; one row for each thing ever believed of one of them.
--
-- measure: opened (the round, by which edition), cap, cap-of-text (unless a document sets another), applied, recommended, put-forward, put-forward-beside, waiting (to be admitted), taken, over-quota (of a unit's quota), proposed, awarded, held, beside (the total), exception
-- entry: who takes the place; of a cap the terms it belongs to.
-- unit: through whom (direct: through nobody); empty where it is a cap.
-- places, counts: of a cap. since, until: the days between which it counts, the second excluded.
-- known_since, known_until: the positions in which the row was believed, the second excluded.
CREATE TABLE quotas (
    programme text COLLATE "C" NOT NULL,
    round text COLLATE "C" NOT NULL,
    pool text COLLATE "C" NOT NULL,
    measure text COLLATE "C" NOT NULL,
    entry text COLLATE "C" NOT NULL,
    unit text COLLATE "C" NOT NULL,
    province text COLLATE "C" NOT NULL,
    places integer,
    counts text COLLATE "C" NOT NULL,
    since date NOT NULL,
    until date,
    details text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    settled_by bigint NOT NULL,
    known_since bigint NOT NULL,
    known_until bigint
);

CREATE INDEX quotas_round ON quotas (programme, round);
CREATE INDEX quotas_entry ON quotas (entry);

-- name: forget
DELETE FROM quotas WHERE entry = ANY ($1::text[])

-- name: of_round
-- What ever counts in a round, as believed at a position, whatever the day; caps of all rounds, and who holds a
-- place from another round, included. $4: measures that may be seen, $5: those of $6 subjects only (of
-- an entity, its projects), or of what came through the units $7.
SELECT round, pool, measure, entry, unit, province, places, counts, since, until, details, position
FROM {home}.quotas
WHERE programme = $1
    AND (round IN ($2, '') OR measure = 'held')
    AND known_since <= $3
    AND (known_until IS NULL OR known_until > $3)
    AND (
        measure = ANY ($4::text[])
        OR measure = ANY ($5::text[])
            AND (
                regexp_replace(entry, '^[^/]*/[^/]*/', '') = ANY ($6::text[])
                OR regexp_replace(entry, '^[^/]*/[^/]*/(project:[^/]*).*', '\1') = ANY ($6)
                OR unit = ANY ($7::text[])
            )
    )
ORDER BY since, position, pool, measure, entry
