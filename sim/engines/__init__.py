"""Engines: from a scenario and a replication number to the log of events."""
