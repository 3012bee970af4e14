"""A project written as in FastAPI's tutorial, with the route class of this repository."""
