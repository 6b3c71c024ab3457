"""Networks that streams are tested with."""
