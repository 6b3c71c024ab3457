"""From measurements to a decision: constraints, Pareto front, lexicographic choice."""
