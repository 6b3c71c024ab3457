"""Published ways to prune a transformer without training it again, for comparison on the same model and texts."""
