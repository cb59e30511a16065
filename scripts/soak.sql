-- name: floor
-- The physical floor of reading one subject: its tag's index range, joined to the events.
SELECT e.bytes
FROM log.tags AS t
JOIN log.events AS e USING (position)
WHERE t.tag = $1
ORDER BY t.position

-- name: sizes
SELECT pg_size_pretty(pg_total_relation_size('log.events')) AS events,
    pg_size_pretty(pg_total_relation_size('log.tags')) AS tags

-- name: alternatives
-- The same log under the indexes that were not chosen (DECISIONS.md, 3).
DROP SCHEMA IF EXISTS alternative CASCADE;
CREATE SCHEMA alternative;
CREATE TABLE alternative.gin AS
SELECT position, topic, bytes,
    ARRAY(SELECT jsonb_array_elements_text(convert_from(bytes, 'UTF8')::jsonb -> 'tags')) AS tags
FROM log.events;
ALTER TABLE alternative.gin ADD PRIMARY KEY (position);
CREATE INDEX gin_tags ON alternative.gin USING gin (tags) WITH (fastupdate = off);
CREATE TABLE alternative.words (id serial PRIMARY KEY, tag text COLLATE "C" UNIQUE);
INSERT INTO alternative.words (tag) SELECT DISTINCT tag FROM log.tags;
CREATE TABLE alternative.numbered AS
SELECT w.id AS tag, t.position FROM log.tags AS t JOIN alternative.words AS w USING (tag);
ALTER TABLE alternative.numbered ADD PRIMARY KEY (tag, position);
ANALYZE alternative.gin, alternative.words, alternative.numbered;

-- name: alternative_sizes
SELECT pg_size_pretty(pg_relation_size('alternative.gin_tags')) AS gin,
    pg_size_pretty(pg_total_relation_size('alternative.numbered')
        + pg_total_relation_size('alternative.words')) AS numbered,
    pg_size_pretty(pg_total_relation_size('log.tags')) AS chosen

-- name: gin
SELECT bytes FROM alternative.gin WHERE tags @> $1::text[] ORDER BY position LIMIT $2

-- name: gin_forced
-- The same, kept from walking the whole log in order of position.
SELECT bytes FROM alternative.gin WHERE tags @> $1::text[] ORDER BY position + 0 LIMIT $2

-- name: join
-- Tags joined by the planner, in the order it likes.
SELECT e.bytes
FROM log.tags AS a
JOIN log.tags AS b USING (position)
JOIN log.events AS e USING (position)
WHERE a.tag = $1 AND b.tag = $2
ORDER BY position
LIMIT $3

-- name: numbered
SELECT e.bytes
FROM alternative.numbered AS a
JOIN alternative.numbered AS b USING (position)
JOIN log.events AS e USING (position)
WHERE a.tag = (SELECT id FROM alternative.words WHERE tag = $1)
    AND b.tag = (SELECT id FROM alternative.words WHERE tag = $2)
ORDER BY position
LIMIT $3

-- name: drop_alternatives
DROP SCHEMA IF EXISTS alternative CASCADE

-- name: in_order
SELECT bytes FROM log.read($1::jsonb, 0, 4611686018427387904, $2, false)
