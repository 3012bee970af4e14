"""How a FastAPI project tests these features: httpx over ASGI, dependency_overrides, lifespan, and no server."""
