"""The SQLite backend of a deployment: `base` is what Django loads."""
