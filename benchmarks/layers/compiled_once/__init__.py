"""A database backend that compiles each shape of query to SQL once. Django compiles the SQL of every query.

It is for the layer `django-orm-cached`, which shows what compilation costs. It supports the queries of that layer only,
and raises Unsupported for others.
"""
