"""The documentation agrees with the source, and its commands work."""
