"""Measurements with their peers in the same run; ratios, not seconds."""
