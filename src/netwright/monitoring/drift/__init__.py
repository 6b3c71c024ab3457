"""Drift: is production still what the decision was made on? Tests that hold after every row, and effect sizes."""
