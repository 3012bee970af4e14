"""The commands of `python -m harness`, which the Makefile runs."""
