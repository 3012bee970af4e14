"""The source of both implementations has the same structure, and agrees with the contract."""
