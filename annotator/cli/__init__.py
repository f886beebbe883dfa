"""The command line; the one place that wires store, workflow and tui together."""
