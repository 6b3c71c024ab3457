"""The decision's "revisit when ...", one kind a file, each a running watch."""
