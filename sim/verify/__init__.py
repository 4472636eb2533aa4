"""Textbook answers: small scenarios whose figures are known, simulated and compared."""
