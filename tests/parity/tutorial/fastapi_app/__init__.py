"""A shop as FastAPI's tutorial writes one: SQL (Relational) Databases, OAuth2 with JWT, Bigger Applications.

Only names of tables, columns and paths are this repository's. The tutorial's password flow has no refresh tokens, and
neither has this.
"""
