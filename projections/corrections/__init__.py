"""What is proposed to be corrected, what it would change, and what was called into question."""
