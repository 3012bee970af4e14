"""What the application has done, for the tests to read."""

events: list[str] = []
