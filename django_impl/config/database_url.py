"""The check of DATABASE_URL, which accepts only URLs that libpq and asyncpg read in the same way."""

import re
from urllib.parse import parse_qsl, unquote

from django_impl.contract import load

CONTRACT = load("settings.yaml")["database_url"]
SHAPE = re.compile(CONTRACT["pattern"])
VERIFYING = {"verify-ca", "verify-full"}


# --8<-- [start:check]
def check_database_url(text: str) -> None:
    """Raise ValueError if libpq and asyncpg could read the URL differently. The message has no part of the URL."""
    try:
        unquote(text, errors="strict")
        url = SHAPE.fullmatch(text)
        pairs = parse_qsl(url["query"], keep_blank_values=True, strict_parsing=True) if url and url["query"] else []
    except ValueError:
        url, pairs = None, []
    if url is None:
        raise ValueError("it must be postgresql://user:password@host:port/name, with other characters percent-encoded")
    _check_parameters(pairs, has_host=url["host"] is not None)
    # --8<-- [end:check]


def sqlalchemy_url(text: str) -> str:
    """Return a checked URL as SQLAlchemy's, which Celery uses, with the driver psycopg2.

    Celery splits a broker's URL at semicolons.
    """
    return f"postgresql+psycopg2://{text.partition('://')[2].replace(';', '%3B')}"


def _check_parameters(pairs: list[tuple[str, str]], *, has_host: bool) -> None:
    parameters, known = dict(pairs), CONTRACT["parameters"]
    if len(parameters) < len(pairs) or not parameters.keys() <= known.keys():
        raise ValueError(f"its parameters may be {', '.join(known)}, each once")
    for name, value in pairs:
        if not re.fullmatch(known[name], value):
            raise ValueError(f"the value of its parameter {name} is not supported")
    if has_host == ("host" in parameters):
        raise ValueError("it must name one host, or the directory of a socket as the parameter host")
    if ("sslrootcert" in parameters) != (parameters.get("sslmode") in VERIFYING):
        raise ValueError(
            "sslmode verify-ca and verify-full need the parameter sslrootcert, and other modes may not have it"
        )
