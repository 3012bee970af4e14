"""Feature tests with Django's TestCase, DRF's APIClient and assertNumQueries, without a server."""
