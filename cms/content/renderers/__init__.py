"""Documents as files to take along: a book is gathered from them, and PDF and EPUB are made of the book."""
