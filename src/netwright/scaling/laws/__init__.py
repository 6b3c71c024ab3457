"""The laws that curves are compared with: one a file, all listed in `catalog`."""
