"""Practices that members send in: form, files, the desk that looks at them, and the draft that comes of one."""
