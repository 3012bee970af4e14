"""How a Django project tests these features: TestCase, APIClient and assertNumQueries, with no server between."""
