"""Visits: the list of what was recorded and the four-key form."""
