"""Laws of training that symmetries imply: one a file, pure functions of charges, readings and settings."""
