"""What a stream is made of: one kind of operation a file, each equal to its offline run after any chunks."""
