"""How much of each quota is used, and whose quota a subject uses."""
