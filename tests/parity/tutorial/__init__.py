"""The same shop as the tutorials of Django REST framework and of FastAPI write it: their defaults, for contrast."""
