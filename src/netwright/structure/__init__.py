"""What a network computes, operation by operation."""
