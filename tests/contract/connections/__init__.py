"""HTTP connections: framing of requests, keep-alive, slow and disconnecting clients."""
