"""The schema as it came to be, a migration a file, and the functions that the log is made of."""
