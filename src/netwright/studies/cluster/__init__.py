"""Running a study's jobs on an existing Ray cluster."""
