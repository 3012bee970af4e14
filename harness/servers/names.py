"""The servers that can be started: the implementations, variants of them, the tutorial shops and the layers."""

from collections.abc import Mapping
from typing import Literal, TypeGuard, get_args

Implementation = Literal[
    "django",
    "django-sync",
    "django-threads-8",
    "django-threads-16",
    "django-affinity",
    "django-granian",
    "django-asgi",
    "fastapi",
    "fastapi-granian",
    "fastapi-psycopg",
]
# Applications that have only the endpoints that the layers have.
ReadOnlyVariant = Literal["django-async"]
Layer = Literal[
    "django-tutorial",
    "django-tutorial-persistent",
    "django-drf",
    "django-orm",
    "django-orm-cached",
    "django-raw",
    "bare-wsgi",
    "fastapi-tutorial",
    "fastapi-pydantic",
    "fastapi-sqlalchemy",
    "fastapi-raw",
    "bare",
]
# An implementation with the endpoints of `benchmarks/endpoints`, which exist only to be measured.
WithEndpoints = Literal["django-endpoints", "django-asgi-endpoints", "fastapi-endpoints"]
# An implementation that caches products in its process.
Cached = Literal["django-cached", "fastapi-cached"]
# The process of Django for WebSockets. FastAPI serves them in the process of its API.
Sockets = Literal["django-sockets"]
Tutorial = Literal["tutorial-django", "tutorial-fastapi"]
Served = Implementation | ReadOnlyVariant | Layer | WithEndpoints | Cached | Sockets | Tutorial

# What each server shows in comparison with the others. The other servers are described where they are.
DESCRIPTIONS: Mapping[Served, str] = {
    "django": "The Django implementation: gunicorn with threads, and psycopg2 with a connection for each thread.",
    "django-sync": "gunicorn without threads: one request at a time and no keep-alive, so each request connects again.",
    "django-threads-8": "8 threads, and so 8 database connections: whether threads that wait for PostgreSQL pay.",
    "django-threads-16": "16 threads and database connections: what the hand-over of the GIL between threads costs.",
    "django-affinity": "Each worker stays on one CPU: what it costs that its threads pass the GIL from CPU to CPU.",
    "django-granian": "Granian, whose HTTP is compiled, with the same threads: how much of the cost is gunicorn's.",
    "django-asgi": "The same views under uvicorn, in a thread for each request, with psycopg 3 and its pool.",
    "django-async": "Async views and Django's async ORM under uvicorn, without DRF: whether async pays for Django.",
    "fastapi": "The FastAPI implementation: uvicorn with uvloop and httptools, and asyncpg.",
    "fastapi-granian": "Granian, whose HTTP is compiled, in place of uvicorn: how much of the cost is uvicorn's.",
    "fastapi-psycopg": "psycopg 3 in place of asyncpg under the same SQLAlchemy: how much of the cost is the driver's.",
}

# gunicorn serves the applications of WSGI, except for django-granian.
WSGI: Mapping[Served, str] = {
    "django-granian": "django_impl.config.wsgi:application",
    "django-threads-8": "django_impl.config.wsgi:application",
    "django-threads-16": "django_impl.config.wsgi:application",
    "django-affinity": "django_impl.config.wsgi:application",
    "django": "django_impl.config.wsgi:application",
    "django-sync": "django_impl.config.wsgi:application",
    "django-endpoints": "benchmarks.endpoints.django_wsgi:application",
    "django-cached": "django_impl.config.wsgi:application",
    "tutorial-django": "tutorial_impl.django_shop.wsgi:application",
    "django-tutorial": "benchmarks.layers.django_tutorial:application",
    "django-tutorial-persistent": "benchmarks.layers.django_tutorial_persistent:application",
    "django-drf": "benchmarks.layers.django_application:create('django_drf')",
    "django-orm": "benchmarks.layers.django_application:create('django_orm')",
    "django-orm-cached": "benchmarks.layers.django_application:create_with_compiled_queries('django_orm')",
    "django-raw": "benchmarks.layers.django_application:create('django_raw')",
    "bare-wsgi": "benchmarks.layers.bare_wsgi:application",
}
# uvicorn serves the applications of ASGI, except for fastapi-granian.
ASGI: Mapping[Served, str] = {
    "fastapi-granian": "fastapi_impl.main:app",
    "fastapi-psycopg": "benchmarks.variants.fastapi_psycopg:app",
    "django-async": "benchmarks.variants.django_async:application",
    "django-asgi": "django_impl.config.asgi:application",
    "django-sockets": "django_impl.config.sockets:application",
    "fastapi": "fastapi_impl.main:app",
    "django-asgi-endpoints": "benchmarks.endpoints.django_asgi:application",
    "fastapi-endpoints": "benchmarks.endpoints.fastapi_app:app",
    "fastapi-cached": "fastapi_impl.main:app",
    "tutorial-fastapi": "tutorial_impl.fastapi_shop.app:app",
    "fastapi-tutorial": "benchmarks.layers.fastapi_tutorial:app",
    "fastapi-pydantic": "benchmarks.layers.fastapi_pydantic:app",
    "fastapi-sqlalchemy": "benchmarks.layers.fastapi_sqlalchemy:app",
    "fastapi-raw": "benchmarks.layers.fastapi_raw:app",
    "bare": "benchmarks.layers.bare:app",
}
THREADS: Mapping[Served, int] = {"django-threads-8": 8, "django-threads-16": 16}
# Entries live longer than by default: of entries that live a second, a slow server has fewer hits.
_CACHE = {"CACHING": "true", "CACHE_SECONDS": "60"}
VARIABLES: Mapping[Served, Mapping[str, str]] = {
    "django-affinity": {"WORKER_AFFINITY": "true"},
    "django-cached": _CACHE,
    "fastapi-cached": _CACHE,
}
# These have the packages of benchmarks/variants.lock on their path.
WITH_PSYCOPG_3: frozenset[Served] = frozenset(
    {"django-asgi", "django-async", "django-asgi-endpoints", "fastapi-psycopg"}
)


def is_served(name: str) -> TypeGuard[Served]:
    """Return whether this is the name of a server of this repository."""
    return any(name in get_args(names) for names in get_args(Served))
