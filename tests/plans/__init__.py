"""Check the query plans of all lists with the statistics of a million products. The tests measure no time."""
