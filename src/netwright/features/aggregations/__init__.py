"""How an entity's past becomes one number: one aggregation a file."""
