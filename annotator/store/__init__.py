"""The database behind the ports of `workflow.ports`; the only package that knows SQL."""
