"""The compiled engine's steps: plain functions on rows of numbers, named and ordered as in the reference.

Every file mirrors the one of the same name in `sim/engines/` (`house.py` mirrors `reference.py`, `coming.py`
mirrors `sim/arrivals.py`). Nothing here makes a list or an array, so that all of it can be compiled; how, is
left to `sim/compiler/`.
"""
