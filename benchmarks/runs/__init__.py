"""Running the benchmark: its parts, their verification, and rounds in which servers are started and measured."""
