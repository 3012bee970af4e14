"""Feature tests with httpx over ASGI, dependency_overrides and lifespan, without a server."""
