"""Feature views: defined once, for training and for serving."""
