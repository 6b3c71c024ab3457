"""Scale and rescale symmetries, from an algebra of the scales that values may take without the loss noticing."""
