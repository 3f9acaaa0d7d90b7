"""A browser without JavaScript that sends forms as the page has them: what a form lacks can't be sent."""

from bs4 import BeautifulSoup
from django.urls import resolve, reverse
from django.utils import translation

from tests.learning.parity.recording import Recording

# A page that is read ahead counts for nothing: what opening it does is a step of its own (`OnPages.open`).
AHEAD = {"Sec-Purpose": "prefetch"}


def words(element) -> str:
    """What an element says, without the names of languages that stand beside texts of other languages."""
    texts = element.find_all(string=True) if element is not None else []
    return " ".join(" ".join(each for each in texts if not each.find_parent(class_="lang-tag")).split())


class Form:
    """A form of a page with what is in its fields."""

    def __init__(self, element, path):
        self.element, self.path = element, element.get("action") or path
        route = resolve(self.path.partition("?")[0])
        self.route, self.kwargs = route.url_name, {name: str(value) for name, value in route.kwargs.items()}

    def has(self, **hidden) -> bool:
        """Whether it holds these values, in fields that nobody sees or on buttons."""
        found = {
            (each.get("name"), each.get("value"))
            for each in self.element.select("input[type=hidden], button[name]")
        }
        return hidden.items() <= found

    def filled(self, press: str, **typed) -> dict[str, list[str]]:
        """What is sent when somebody types or chooses `typed` and presses the button of that value; the first for ""."""
        data: dict[str, list[str]] = {}
        for field in self.element.select("input[name], select[name], textarea[name]"):
            if not field.has_attr("disabled"):
                value = _value(field)
                if value is not None:
                    data.setdefault(field["name"], []).append(value)
        for name, value in typed.items():
            data[name] = self._typed(name, value)
        buttons = [each for each in self.element.select("button") if each.get("type", "submit") == "submit"]
        pressed = next((each for each in buttons if press in ("", each.get("value"))), None)
        assert pressed is not None, f"the form has no button {press}"
        if pressed.get("name"):
            data[pressed["name"]] = [pressed["value"]]
        return data

    def _typed(self, name, value) -> list[str]:
        fields = self.element.select(f'[name="{name}"]')
        assert fields, f"the form has no field {name}"
        assert not any(each.has_attr("disabled") for each in fields), f"{name} can't be changed"
        if fields[0].get("type") == "hidden":
            raise AssertionError(f"nobody can type into {name}")
        chosen = value if isinstance(value, list) else [value]
        if fields[0].get("type") in ("radio", "checkbox"):
            offered = {each["value"] for each in fields}
            assert set(chosen) <= offered, f"{name} doesn't offer {chosen}"
        elif fields[0].name == "select":
            offered = {each["value"] for each in fields[0].select("option")}
            assert set(chosen) <= offered, f"{name} doesn't offer {chosen}"
        return chosen


def _value(field) -> str | None:
    """What a field sends as it stands; None where it sends nothing."""
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return chosen["value"] if chosen else None
    kind = field.get("type", "text")
    if kind in ("radio", "checkbox"):
        return field.get("value", "on") if field.has_attr("checked") else None
    return None if kind in ("submit", "button") else field.get("value", "")


class Browser:
    """One person's, signed in. `page` is what it shows; `offered` whether the last form that was sent was on its page.

    Forms that were once shown stay open in other tabs: they can be sent when the page has none any more.
    """

    def __init__(self, user, seen: set[str]):
        self.user, self.seen, self.locale = user, seen, "en"
        self.client = Recording(seen, enforce_csrf_checks=True)
        self.sign_in()
        self.tabs: dict[tuple, Form] = {}
        self.path, self.page, self.status, self.offered = "", None, 0, True

    def sign_in(self):
        self.client.force_login(self.user)

    def at(self, path: str) -> str:
        return path if path.startswith("/") else f"/{self.locale}/learn/{path}"

    def read(self, path: str, headers=AHEAD):
        """The page at an address, wherever that leads."""
        response = self.client.get(self.at(path), follow=True, headers=headers)
        self._show(response)
        return self.page

    def _show(self, response):
        self.path, self.status = response.request["PATH_INFO"], response.status_code
        self.page = BeautifulSoup(response.content.decode(), "html.parser")
        for form in self.forms():
            self.tabs[form.route, tuple(form.kwargs.values())] = form

    def forms(self) -> list[Form]:
        return [Form(each, self.path) for each in self.page.select("form[method=post]")]

    def form(self, route: str, *args, **hidden) -> Form | None:
        """The form on this page that goes to a route with these arguments and holds these values."""
        wanted = [str(each) for each in args]
        return next(
            (
                each
                for each in self.forms()
                if each.route == route and list(each.kwargs.values()) == wanted and each.has(**hidden)
            ),
            None,
        )

    def send(self, route, *args, press="", hidden=None, **typed) -> str:
        """Send the form to a route that is on this page, else one from another tab, else an empty one, as somebody does who
        knows the address. Returns why it was refused, as the page then says it; empty where it wasn't."""
        form = self.form(route, *args, **(hidden or {}))
        self.offered = form is not None
        form = form or self.tabs.get((route, tuple(str(each) for each in args)))
        if form is not None:
            return self.post(form.path, form.filled(press, **typed))
        token = self.page.select_one("[name=csrfmiddlewaretoken]")["value"]
        with translation.override(self.locale):
            path = reverse(f"learning:{route}", args=args)
        return self.post(path, {"csrfmiddlewaretoken": token})

    def post(self, path, data) -> str:
        response = self.client.post(path, data)
        if response.status_code == 302:
            self.read(response["Location"])
        else:
            self._show(response)
        return self.refusal()

    def refusal(self) -> str:
        """What the page says against what was just done."""
        alert = self.page.select_one("main [role=alert]:not([hidden])")
        if self.status >= 400 and alert is not None:
            return words(alert)
        messages = self.page.select(".messages .note:not(.good)")
        return words(messages[0]) if messages else ""

    def follow(self, path: str) -> str:
        """Go where a link of this page leads."""
        assert self.page.select(f'a[href="{path}"], a[href^="{path}#"]'), f"{self.path} has no link to {path}"
        self.read(path)
        return self.refusal()
