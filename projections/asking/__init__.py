"""How a question is asked: from where it looks, who is shown what, in whose name."""
