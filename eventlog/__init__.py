"""The immutable log: events under a condition, in one order, on PostgreSQL."""
