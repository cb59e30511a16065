-- name: alone
-- One process at a time makes databases.
SELECT pg_advisory_lock(4919, 0)

-- name: database_exists
SELECT true FROM pg_database WHERE datname = $1

-- name: create_database
CREATE DATABASE "{name}"

-- name: begin_migrating
-- One process at a time migrates; which migrations were applied is written beside the schema.
SELECT pg_advisory_xact_lock(4919, 1);
CREATE SCHEMA IF NOT EXISTS migrations;
CREATE TABLE IF NOT EXISTS migrations.applied (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- name: applied
SELECT number, name, sha256 FROM migrations.applied ORDER BY number

-- name: record_migration
INSERT INTO migrations.applied (number, name, sha256) VALUES ($1, $2, $3)

-- name: let_the_service_read
GRANT USAGE ON SCHEMA migrations TO ledger_service;
GRANT SELECT ON migrations.applied TO ledger_service;

-- name: unkept
SELECT log.unkept()
