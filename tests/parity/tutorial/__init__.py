"""The same shop, written as in the tutorials of Django REST framework and FastAPI, with the frameworks' defaults."""
