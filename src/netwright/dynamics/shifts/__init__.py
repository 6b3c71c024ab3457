"""Symmetries that add constants to parameters: translations, and parameters that the loss does not see."""
