"""Takes the log into the rows of the read models, and rebuilds those rows."""
