"""Data sources, one a file, and the catalog that names them."""
