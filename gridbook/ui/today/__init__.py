"""Today: what is due, promised and waiting."""
