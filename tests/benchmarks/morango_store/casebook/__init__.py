"""The Django application that Morango syncs."""
