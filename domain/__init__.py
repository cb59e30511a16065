"""What the ledger knows by itself: facts, rules, dates, places. No I/O, no clock, no randomness."""
