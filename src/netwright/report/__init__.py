"""Records in, pages and pictures out."""
