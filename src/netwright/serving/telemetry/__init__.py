"""Telemetry: what the service says of every request, kept without making one wait."""
