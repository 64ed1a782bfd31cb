"""Paints pages on PDF, printer and preview: one painter for all three, fonts and missing glyphs."""
