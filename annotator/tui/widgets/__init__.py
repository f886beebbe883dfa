"""Widgets that paint their own lines: no layout and no style sheet work per key."""
