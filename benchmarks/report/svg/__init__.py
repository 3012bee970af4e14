"""Pictures for Markdown, drawn by Matplotlib: what `charts` are for the page."""
