"""Two shops, written as the tutorials of Django REST framework and FastAPI write applications: see README.md."""
