"""Doors on screen: estates and buildings, and the door view of a building."""
