"""SVG pictures for the Markdown report, drawn by Matplotlib."""
