"""Views as the documentation of DRF and django-filter has them work in this project."""
