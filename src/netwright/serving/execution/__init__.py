"""Where engines run: in the process of the service, or in workers with heartbeats; queues and deadlines."""
