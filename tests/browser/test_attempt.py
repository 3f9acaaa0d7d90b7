"""The script of an attempt's page on bad lines, against a page of its shape and a server that each test plays itself."""

import pytest

from tests.browser.conftest import ROOT

SCRIPTS = ROOT / "learning" / "static" / "learning"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body>
<p class="timer" data-seconds="600" data-five="" data-one="" data-over="Time is up">
<b class="timer-left"></b><span class="timer-warning"></span></p>
<form method="post" action="/attempt/" class="attempt" data-hand-in data-answer="/answer/" data-sequence="0"
 data-saved="Saved" data-waiting="Waiting" data-refused="Refused" data-closed="Closed" data-signed-out="Signed out">
<input type="hidden" name="csrfmiddlewaretoken" value="{token}"><input type="hidden" name="sequence" value="0">
<fieldset class="question" data-response="text"><textarea name="q-1"></textarea></fieldset>
<button name="go" value="next">Next</button><span class="saved"></span></form>
<script src="/scripts/sending.js" defer data-person="somebody"></script>
<script src="/scripts/attempt.js" defer></script></body></html>"""


class Server:
    """Shows the page; `save` and `take` answer what is saved and what the form sends, with a status."""

    token = "first"

    def __init__(self, page):
        self.page = page
        self.saved, self.sent = [], []
        page.route(
            "**/scripts/*", lambda route: route.fulfill(path=SCRIPTS / route.request.url.split("/")[-1])
        )
        page.route("**/answer/", self._answer)
        page.route("**/attempt/", self._attempt)
        page.clock.install()
        page.goto("/attempt/")

    def save(self, request):
        return 200

    def take(self, request):
        return 200

    def show(self):
        return PAGE.format(token=self.token)

    def _answer(self, route):
        self.saved.append(route)
        if status := self.save(route.request):
            route.fulfill(status=status, json={})

    def _attempt(self, route):
        status = 200
        if route.request.method == "POST":
            self.sent.append(route.request.post_data)
            status = self.take(route.request)
        route.fulfill(status=status, content_type="text/html", body=self.show())

    def write(self, text):
        """Write an answer and leave its field: it is sent."""
        with self.page.expect_request("**/answer/"):
            self.page.fill("textarea", text)
            self.page.locator("textarea").blur()

    def pass_time(self, seconds):
        self.page.clock.fast_forward(seconds * 1000)

    def says(self, text):
        self.page.locator(".saved", has_text=text).wait_for()


@pytest.fixture
def server(visit):
    return Server(visit("/en/"))


def test_an_answer_under_way_on_a_slow_line_is_left_to_arrive(server):
    server.save = lambda request: None  # no answer yet
    server.write("Slowly")
    for _ in range(4):
        server.pass_time(6)
    assert server.page.evaluate("1 + 1") == 2
    (slow,) = server.saved
    slow.fulfill(json={})
    server.says("✓ Saved")


def test_a_newer_answer_or_a_dead_line_ends_what_is_under_way(server):
    server.save = lambda request: None
    server.write("One")
    server.write("Another")
    assert [each.request.post_data_json["sequence"] for each in server.saved] == [1, 2]
    server.pass_time(31)
    server.says("Waiting")
    server.save = lambda request: 200
    with server.page.expect_request("**/answer/") as again:
        server.pass_time(6)
    assert again.value.post_data_json == {"response": {"text": "Another"}, "sequence": 2}
    server.says("✓ Saved")


SIGN_IN = (
    "<!doctype html><form><input type='hidden' name='csrfmiddlewaretoken' value='x'><input type='password'>"
)


def sign_in_elsewhere(server):
    """Somebody has signed in again in another window, which made another token."""
    server.token = "second"
    server.show = lambda: PAGE.format(token=server.token)
    server.save = lambda request: 200 if request.headers["x-csrftoken"] == server.token else 403


def test_after_signing_in_elsewhere_what_was_written_is_saved_and_sent(server):
    server.save = lambda request: 401
    server.write("An essay")
    server.says("Signed out")
    with server.page.expect_response("**/answer/"):
        server.page.click("text=Next")
    assert server.sent == []
    assert server.page.input_value("textarea") == "An essay"
    sign_in_elsewhere(server)
    with server.page.expect_navigation():
        server.page.click("text=Next")
    assert server.saved[-1].request.headers["x-csrftoken"] == "second"
    (sent,) = server.sent
    assert sent == "csrfmiddlewaretoken=second&sequence=1&q-1=An+essay&go=next"


def test_a_refused_token_is_signed_out_only_where_the_page_leads_to_signing_in(server):
    server.save = lambda request: 403
    server.show = lambda: SIGN_IN
    server.write("An essay")
    server.says("Signed out")
    sign_in_elsewhere(server)
    server.pass_time(6)
    server.says("✓ Saved")
    # Refused with the page's own token as well: that is final, and asked once more only.
    before = len(server.saved)
    server.save = lambda request: 403
    server.write("Another")
    server.page.locator(".saved.refused").wait_for(state="attached")
    assert server.page.locator(".saved").inner_text() == ""
    server.pass_time(6)
    assert len(server.saved) == before + 2


def test_when_time_is_over_the_page_is_left_only_once_its_answer_is_taken(server):
    page, replies = server.page, [502, 403, 503, 200]
    server.save = lambda request: 502
    server.take = lambda request: replies.pop(0)
    server.write("Chosen last")
    server.token = "second"
    server.pass_time(601)
    page.locator(".timer-warning", has_text="Time is up").wait_for()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 503):
        server.pass_time(3)
    assert page.input_value("textarea") == "Chosen last"
    with page.expect_navigation():
        server.pass_time(3)
    assert replies == []
    form = "csrfmiddlewaretoken={}&sequence=1&q-1=Chosen+last&go=over"
    assert server.sent == [form.format(token) for token in ("first", "first", "second", "second")]


def test_when_time_is_over_a_final_refusal_leads_on(server):
    server.take = lambda request: 404
    with server.page.expect_navigation():
        server.pass_time(601)
    assert len(server.sent) == 1
