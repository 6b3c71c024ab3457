"""Predictions of many samples at once, into a file, resumable."""
