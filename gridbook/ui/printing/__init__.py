"""Paper: choose a sheet, look at it, print it or keep it as PDF."""
