"""Composition: live objects of several rooms meet only here."""
