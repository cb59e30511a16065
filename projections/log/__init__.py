"""What is read off the log itself: events, its checkpoint, grants, who you are."""
