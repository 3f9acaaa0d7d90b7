"""A page with everything below it, submitted for translation into several languages: in the background, a page and a language
at a time."""
