"""Views that are written as in the documentation of DRF and django-filter work in this project."""
