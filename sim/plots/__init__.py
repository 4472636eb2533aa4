"""Figures: each takes tables and draws them; nothing here reads a log."""
