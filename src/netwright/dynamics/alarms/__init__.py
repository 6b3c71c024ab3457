"""What a training does and its owner hardly wants, told from its symmetries: one cause a file."""
