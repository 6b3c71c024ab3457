"""Bets against uniform ranks: each kind pays on another way of drifting."""
