"""Keeps the book: the only code that opens a database."""
