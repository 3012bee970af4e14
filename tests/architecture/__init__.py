"""The two implementations mirror each other, and both say what the contract says."""
