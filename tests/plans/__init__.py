"""Query plans of the lists at a million products: the tests check the plan, not the time."""
