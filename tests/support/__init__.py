"""What the tests share: who acts, the acts of a round, histories, ledgers in memory and in a database."""
