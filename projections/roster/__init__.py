"""Who holds, held or is announced for which title, and what changed between two views."""
