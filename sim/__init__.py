"""Discrete-event simulation of the addiction-treatment continuum of care."""
