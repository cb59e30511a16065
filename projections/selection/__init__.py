"""The list that a round's scores lead to, explained."""
