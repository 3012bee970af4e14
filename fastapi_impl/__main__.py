"""`python -m fastapi_impl run`, `shell` and `createsuperuser`."""

from fastapi_impl.commands.app import app

app(prog_name="python -m fastapi_impl")
