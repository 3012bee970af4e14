"""Compare both implementations with the corpus of cases and with each other."""
