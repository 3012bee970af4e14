"""The report: tables in the terminal and as Markdown, an HTML page (`html`), and SVG pictures (`svg`)."""
