"""From raw results to figures: statistics, table rows, comparisons and bottlenecks."""
