"""The rules of a programme, and what they did in this ledger."""
