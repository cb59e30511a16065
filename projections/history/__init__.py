"""A subject's history: every event, what replaced it, and when that was known."""
