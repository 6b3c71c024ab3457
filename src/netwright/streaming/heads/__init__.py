"""How the frames seen so far become one prediction, one way a file."""
