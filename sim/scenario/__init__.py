"""Scenario files and the frozen `Scenario` that they describe."""
