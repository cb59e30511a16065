"""Real lists, as published: each row names its source; nothing is filled in from memory."""
