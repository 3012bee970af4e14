"""The report for people: one HTML page (`page`), and pictures for Markdown (`pictures`)."""
