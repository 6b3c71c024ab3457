"""How operations of a recorded clip become pieces of a stream, one family a file."""
