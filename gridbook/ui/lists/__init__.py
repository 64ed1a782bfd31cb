"""Lists of doors and care contacts."""
