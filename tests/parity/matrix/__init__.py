"""The page on how alike the implementations are: what it says is measured here, written down, and rendered."""
