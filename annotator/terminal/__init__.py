"""Which terminal this is, and what bytes make Arabic right on it."""
