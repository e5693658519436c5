"""The workbench: a source's text with what it names, beside suggested records to accept."""
