"""Disagreements, versions and merging into gold. Pure."""
