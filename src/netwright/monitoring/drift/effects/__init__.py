"""Effect sizes: how far the binned rows of a window are from the reference."""
