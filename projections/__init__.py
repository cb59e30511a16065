"""Read models: rows that people read, a pure function of the log, made anew at any time."""
