"""The report as one HTML page, with Plotly charts."""
