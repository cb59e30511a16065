"""What is told in words: sentences of events, names of subjects, terms; put in when read, never stored."""
