"""What can be removed from a network without training it again."""
