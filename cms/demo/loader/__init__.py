"""Loading the demo's content: readable files in, pages through Wagtail's own doors out."""
