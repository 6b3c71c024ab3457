"""How predictions are written, one format a file."""
