"""Symmetries of networks, and the conservation laws of training that they imply and that training breaks."""
