"""Serving a decision: the app, batching, routing (canary, shadow, fallback), health and telemetry."""
