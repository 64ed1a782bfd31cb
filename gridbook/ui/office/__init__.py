"""The stations, and what to do when one of them or a stick is lost."""
