"""Scores between annotators. Pure."""
