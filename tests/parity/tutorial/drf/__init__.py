"""A shop as the introductions of Django, Django REST framework, SimpleJWT and django-filter write one.

Settings are those of `startproject` plus what each introduction adds; routers, viewsets and model serializers do the
rest. Only names of tables, columns and paths are this repository's, and the router leaves out trailing slashes, so that
the same requests reach it.
"""
