"""The cases of a round by their scores."""
