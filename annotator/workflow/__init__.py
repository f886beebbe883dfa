"""Use cases without a screen, over the ports of `ports.py`."""
