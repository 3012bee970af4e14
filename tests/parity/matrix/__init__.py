"""The page on how alike the wings are: what it says is measured here, written down, and rendered."""
