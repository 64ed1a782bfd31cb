"""Carries the book on a stick: signed, encrypted, numbered, self-healing."""
