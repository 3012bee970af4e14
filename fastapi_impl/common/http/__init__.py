"""HTTP: parsing, negotiation, middleware, and errors as responses."""
