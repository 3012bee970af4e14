"""The charts of the report, drawn by Matplotlib: SVG inside the HTML page, and SVG files for the Markdown report."""
