"""The least that Django can do with the rows of a timeline: what our page is measured against."""
