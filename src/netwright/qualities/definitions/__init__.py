"""What each quality means and which instrument measures it, one concern a file; read without torch."""
