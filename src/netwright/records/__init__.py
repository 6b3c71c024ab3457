"""Frozen records that flow between rooms: plain, JSON-able facts (standard library and pydantic only)."""
