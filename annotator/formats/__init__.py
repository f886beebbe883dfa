"""Exchange formats, one module each, reader and writer together. Pure: bytes to model and back."""
