"""A pile of paper keyed in line by line, as on a sheet of squared paper."""
