"""Training as a generator of steps, with its optimizers, schedules and checkpoints."""
