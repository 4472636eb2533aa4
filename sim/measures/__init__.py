"""Measures: from logs to tidy tables, one subject a file."""
