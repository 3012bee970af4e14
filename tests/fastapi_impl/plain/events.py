"""Events that the application records for the tests."""

events: list[str] = []
