"""The invented subdistrict at true scale: practice, tests and benchmarks work on it."""
