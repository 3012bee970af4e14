"""The commands of `python -m harness`, which `make` calls."""
