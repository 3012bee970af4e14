"""The two wings mirror each other, and both say what the contract says."""
