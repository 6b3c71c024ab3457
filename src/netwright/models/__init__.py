"""Architectures, one a file, and the catalog that names them."""
