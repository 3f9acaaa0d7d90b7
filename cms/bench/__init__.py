"""`manage.py bench`: how fast it is, beside stock Wagtail and beside the least that Django can do (docs/performance.md).

Installed under `cms.settings.bench` alone.
"""
