"""A shop, written as in FastAPI's tutorial: SQL (Relational) Databases, OAuth2 with JWT, Bigger Applications.

Tables, columns and paths have the names of this repository. There are no refresh tokens, because the tutorial has none.
"""
