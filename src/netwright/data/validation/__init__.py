"""Data validation: what a data set must be before a study trusts it, and how it moved since the last version."""
