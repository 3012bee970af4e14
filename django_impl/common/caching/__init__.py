"""The cache of responses: its entries, what a change drops, and the notifications of other processes."""
