"""An error put right: what may stand in an event's place, acts judged again, what is called into question."""
