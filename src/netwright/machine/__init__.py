"""What netwright asks of the machine it runs on: processes, seeds, devices, progress, durable files."""
