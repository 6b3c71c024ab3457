"""Watching a decision in production: the store of what happened, drift, alarms."""
