"""By what an event was judged, and what of that was corrected since."""
