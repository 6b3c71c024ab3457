"""Instruments, one quality a file."""
