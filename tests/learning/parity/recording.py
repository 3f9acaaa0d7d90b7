"""A client that remembers which routes answered it."""

from django.test import Client


class Recording(Client):
    """`seen` takes `"POST learning:enrol"` for each request that wasn't an error."""

    def __init__(self, seen: set[str], **options):
        super().__init__(**options)
        self.seen = seen

    def request(self, **request):
        response = super().request(**request)
        if response.status_code < 400:
            self.seen.add(f"{request['REQUEST_METHOD']} {response.resolver_match.view_name}")
        return response
