"""Telling shared caches in front what has changed, so that they needn't ask each time.

`touched` finds what a change touches, `tasks` tells it after the commit, `backends` know how a cache is told.
"""
