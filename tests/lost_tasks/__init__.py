"""Small applications with the tasks of Django, FastAPI and Celery, and what they lose when they are killed."""
