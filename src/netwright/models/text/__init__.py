"""Models of texts: they read UTF-8 bytes, so that whatever makes tokens of them is part of the model."""
