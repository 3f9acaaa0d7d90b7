"""A learner who uses the pages. Each act returns why it was refused, as the page says it; empty where it wasn't."""

import json
import re
import uuid

from learning.models import Attempt
from tests.learning.parity.browser import Browser, words


class OnPages(Browser):
    attempt = None

    def _course(self, world):
        return self.read(world.course.url)

    def _unit(self, world, unit):
        return self.read(f"units/{world.unit(unit)}/")

    # Joining ------------------------------------------------------------------------------------------------------

    def enrol(self, world, key=None):
        self._course(world)
        return self.send("enrol", world.key, **({"key": key} if key is not None else {}))

    def renew(self, world):
        self._course(world)
        if self.form("enrol", world.key, renew="yes"):
            return self.send("enrol", world.key)
        # The page doesn't offer it yet: somebody sends what it would.
        self.offered, token = False, self.page.select_one("[name=csrfmiddlewaretoken]")["value"]
        return self.post(
            self.at(f"courses/{world.key}/enrol/"), {"csrfmiddlewaretoken": token, "renew": "yes"}
        )

    def accept(self, world, token):
        self.read(f"invitations/{token}/")
        if self.status == 404:
            return words(self.page.select_one("main .lede"))
        assert world.course.title in words(self.page.h1)
        return self.send("invited")

    def withdraw(self, world):
        self._course(world)
        leave = self.at(f"courses/{world.key}/leave/")
        offered = bool(self.page.select(f'a[href="{leave}"]'))
        self.read(leave)
        refusal = self.send("withdraw", world.key)
        self.offered = offered
        return refusal

    def follow_course(self, world, wanted):
        self._course(world)
        return self.send("follow", world.key, press="yes" if wanted else "no")

    def move(self, world):
        self._course(world)
        self.follow(self.at(f"courses/{world.key}/edition/"))
        return self.send("edition", world.key)

    # Lessons ------------------------------------------------------------------------------------------------------

    def open(self, world, unit):
        self.offered = True
        self.read(f"units/{world.unit(unit)}/", headers=None)
        return self.refusal()

    def done(self, world, unit):
        self._unit(world, unit)
        return self.send("done", world.unit(unit))

    def check(self, world, unit, question, response):
        self._unit(world, unit)
        return self.send("check", world.unit(unit), question, **_typed(question, response))

    def keep_place(self, world, unit, position, seconds):
        """As the lesson's script does: the page says where to and about what."""
        told = self._unit(world, unit).select_one(".place-now")
        token = self.page.select_one("[name=csrfmiddlewaretoken]")["value"]
        event = {
            "id": str(uuid.uuid4()),
            "course": told["data-course"],
            "unit": told["data-unit"],
            "language": told["data-language"],
            "verb": "progressed",
            "seconds": seconds,
            "data": {"position": position},
        }
        answer = self.client.post(
            told["data-events"],
            json.dumps({"events": [event]}),
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )
        self.offered = True
        return answer.json()["items"][0].get("code", "")

    # Quizzes ------------------------------------------------------------------------------------------------------

    def start(self, world, quiz):
        self._unit(world, quiz)
        refusal = self.send("start", world.unit(quiz))
        if not refusal:
            self.attempt = Attempt.objects.filter(enrolment__learner__user=self.user).latest("pk").uuid
        return refusal

    def look_at(self, question):
        """Leaf through the open attempt until a question is there; where it isn't open any more, to its result."""
        path = f"attempts/{self.attempt}/"
        for number in range(1, 20):
            self.read(f"{path}?question={number}")
            form = self.form("attempt", self.attempt)
            if form is None or form.has(shown=question):
                return ""
        raise AssertionError(f"no page has the question {question}")

    def answer(self, question, response):
        self.look_at(question)
        return self.send("attempt", self.attempt, **_typed(question, response))

    def hand_in(self):
        self.read(f"attempts/{self.attempt}/?question=all")
        return self.send("attempt", self.attempt, press="submit")

    # Kept for oneself ---------------------------------------------------------------------------------------------

    def bookmark(self, world, unit, section=""):
        self._unit(world, unit)
        return self.send("bookmark", world.unit(unit), hidden={"section": section, "keep": "yes"})

    def drop_bookmark(self, world, unit, section=""):
        self._unit(world, unit)
        return self.send("bookmark", world.unit(unit), hidden={"section": section, "keep": "no"})

    def drop_listed_bookmark(self, world, unit, section=""):
        self.read("notebook/")
        return self.send("bookmark", world.unit(unit), hidden={"section": section, "keep": "no"})

    def write_note(self, world, unit, text):
        self._unit(world, unit)
        return self.send("note", world.unit(unit), text=text)

    def reflect(self, world, unit, block, text):
        self._unit(world, unit)
        return self.send("reflection", world.unit(unit), block, text=text)

    def write_note_over_an_old_one(self, world, unit, text):
        """From a tab that was opened before the note was changed."""
        self._unit(world, unit)
        self.offered = True
        data = self.form("note", world.unit(unit)).filled("", text=text)
        return self.post(self.at(f"units/{world.unit(unit)}/note/"), {**data, "version": "0"})

    def delete_note(self, world, unit):
        self.read("notebook/")
        return self.send("note", world.unit(unit), hidden={"text": "", "back": "notebook"})

    def say_of_lesson(self, world, unit, useful, comment):
        self._unit(world, unit)
        return self.send("feedback", world.unit(unit), useful="yes" if useful else "no", comment=comment)

    def take_back_feedback(self, world, unit):
        self._unit(world, unit)
        return self.send("feedback", world.unit(unit), press="1")

    # What they hold -----------------------------------------------------------------------------------------------

    def _certificate(self):
        """The latest, by the list."""
        self.read("certificates/")
        return self.follow(self.page.select_one("main ul.rows a")["href"])

    def give_name(self, name):
        self._certificate()
        path = self.path
        if self.page.select_one("form input[name=name]"):
            form = next(form for form in self.forms() if form.element.select_one("input[name=name]"))
            self.offered = True
            return self.post(path, form.filled("", name=name))
        self.offered, token = False, self.page.select_one("[name=csrfmiddlewaretoken]")["value"]
        return self.post(path, {"csrfmiddlewaretoken": token, "name": name})

    def show_name(self, shown):
        self._certificate()
        return self.send(
            "certificate",
            re.search(r"[0-9a-f-]{36}", self.path).group(),
            hidden={"choice": "1"},
            name_shown="yes" if shown else "no",
        )

    def remind(self, wanted):
        self.read("certificates/")
        return self.send("choose_reminders", press="yes" if wanted else "no")

    def take_away(self):
        """The kinds of file that are there to take."""
        self._certificate()
        links = [each["href"] for each in self.page.select("section[aria-labelledby=files] a")]
        self.read("transcript/")
        links += [each["href"] for each in self.page.select('main a[href$="/transcript/pdf/"]')]
        self.offered = True
        return [self.client.get(path)["Content-Type"] for path in links]


def _typed(question, response) -> dict:
    """A response as it is put into the controls of its question."""
    (value,) = response.values()
    return {f"q-{question}": str(value).lower() if isinstance(value, bool) else value}
