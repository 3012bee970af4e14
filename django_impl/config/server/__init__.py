"""How gunicorn serves the shop: requests are read, and answers sent, by one thread that never waits for one client."""
