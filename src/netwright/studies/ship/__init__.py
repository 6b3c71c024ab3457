"""From a decision to a package that can be served, and to its place in the registry."""
