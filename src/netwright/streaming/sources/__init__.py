"""Where live frames come from, one kind of source a file."""
