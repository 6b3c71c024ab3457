"""Where samples come from, one kind of data a file."""
