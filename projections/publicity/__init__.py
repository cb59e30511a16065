"""Who is or was on notice, until when, and the objections to each."""
