"""Applications of variants that differ from an implementation by more than their server."""
