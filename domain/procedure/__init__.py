"""What several texts say alike: one step after the other, the places of a round, the weighing of scores."""
