"""Orders: placing, status, idempotency keys."""
