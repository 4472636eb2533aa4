"""Experiments: scenarios × replications, run side by side."""
