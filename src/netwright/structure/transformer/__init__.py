"""Where the parts of a transformer are: blocks, feed-forward networks, heads, the token that decides."""
