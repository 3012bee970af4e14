"""Products: reads, filters, slugs, stock."""
