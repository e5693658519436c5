"""A minimal Django page with the rows of a timeline: the baseline for our page."""
