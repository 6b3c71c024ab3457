"""The Open Inference Protocol, version 2: requests, responses, metadata, errors."""
