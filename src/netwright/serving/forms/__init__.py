"""What a request carries, for each kind of data, and how it becomes a model's inputs; nothing here needs torch."""
