"""What ranks the units of a network, one score a file."""
