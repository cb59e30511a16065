"""A round as it was planned, beside what happened."""
