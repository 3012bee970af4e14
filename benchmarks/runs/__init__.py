"""Runs the benchmark: its parts, their verification, and the rounds in which servers are started and measured."""
