"""The record of what ran: the ledger, MLflow runs, the model registry."""
