"""General linear symmetries: of attention heads, and of linear maps that follow one another."""
