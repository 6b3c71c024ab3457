"""Mending the readers of a pruned network, so that they make up for what is gone."""
