"""Compiled twins of plain functions, the structs they read, and where their machine code is kept.

The only place that knows numba. What is compiled is left to `sim/kernel/`, when to `sim/engines/compiled.py`.
"""
