"""Unicode engine: logical text to cells on a screen, and back. Pure."""
