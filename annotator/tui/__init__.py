"""The Textual program: screens, widgets, painting."""
