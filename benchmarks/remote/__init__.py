"""Users of Locust's own command line, which send the scenarios to a server at any address."""
