"""The parts of a modification search."""
