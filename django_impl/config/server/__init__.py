"""gunicorn's threaded worker, changed so that no thread waits for a client.

A normal project uses `gthread` behind a buffering proxy.
See decision 22: A gunicorn worker that buffers requests and responses.
The modules use private API of gunicorn, which tests/django_impl/test_private_api.py lists.
"""
