"""A shop, written as in the tutorials of Django, Django REST framework, SimpleJWT and django-filter.

The settings are those that `startproject` writes, without the admin site, `WSGI_APPLICATION` and `MAILERS`, and with
the additions of each tutorial. Tables, columns and paths have the names of this repository. The router adds no trailing
slashes, so that the cases find the same paths.
"""
