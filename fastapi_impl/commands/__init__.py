"""The commands of `python -m fastapi_impl`, the counterpart of Django's manage.py."""
