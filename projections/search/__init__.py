"""What a person looks for: a name of then or now, a code, a case, a document's number, a position."""
