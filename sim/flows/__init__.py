"""The traffic equations: what flows through every level of a scenario when nothing is ever full."""
