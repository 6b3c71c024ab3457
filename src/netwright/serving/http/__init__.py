"""The service as HTTP: bodies, headers, endpoints; each a small function, all called by the app."""
