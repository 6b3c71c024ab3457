"""The studies here are real ones, made by the fixtures of all tests."""
