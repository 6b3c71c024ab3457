"""Summaries: the few numbers of an input that are watched, one kind of data a file."""
