"""Work that goes from one grid to another."""
