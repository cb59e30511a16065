"""What each holder owes, by when, and what it filed."""
