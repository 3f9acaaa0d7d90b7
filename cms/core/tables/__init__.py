"""Tables that come and go as files: what every domain's import and export of rows has in common."""
