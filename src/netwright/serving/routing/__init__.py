"""Which model answers: canary, shadow, fallback; and what is told of it."""
