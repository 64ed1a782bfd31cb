"""The errand board: orders, mandates, documents."""
