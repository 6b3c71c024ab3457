"""The sections of a page: each turns what a study holds into what one template shows."""
