"""Measure the parity of the implementations, record the results, and write docs/parity.md and docs/parity-cases.md."""
