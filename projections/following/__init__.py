"""The log taken into the rows of the read models, and the rows made anew."""
