"""What a learner is told: read off the pages, and put together from the API, in the same values."""

import re

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from learning.templatetags import learning as labels
from tests.learning.parity.app import InApp
from tests.learning.parity.browser import words
from tests.learning.parity.pages import OnPages

ON_IT = ("active", "completed")


def _numbers(text: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", text)]


def _own_words(element) -> str:
    """The words of an element without those of the elements in it."""
    return " ".join("".join(element.find_all(string=True, recursive=False)).split())


class PagesTell(OnPages):
    def catalogue(self, mine: bool) -> list:
        """`[(title, whether it is announced)]`, of one's own courses or of all."""
        self.read(f"/{self.locale}/courses/{'?mine=1' if mine else ''}")
        cards = self.page.select(".finder-main ul.cards .card")
        return [
            (words(each.h2), words(each.select_one(".eyebrow")).startswith("announced")) for each in cards
        ]

    def courses(self) -> dict:
        """`{title: (under which heading, what is done of what)}` of My learning."""
        self.read("")
        return {
            words(row.h3): (section["aria-labelledby"], _numbers(words(row.select_one(".ring .small"))))
            for section in self.page.select("main section")
            if section["aria-labelledby"] in ("active", "completed", "left")
            for row in section.select("li")
        }

    def kept(self) -> dict:
        self.read("notebook/")
        bookmarks, notes = self.page.select("ul.bookmarks > li"), self.page.select("ul.notes > li")
        return {
            "bookmarks": {(words(each.h3), words(each.select_one("h3 + p"))) for each in bookmarks},
            "notes": {(words(each.h3), each.select_one(".note-words").get_text()) for each in notes},
        }

    def held(self) -> dict:
        self.read("certificates/")
        certificates = [
            (words(each.h3), words(each.select_one(".badge")))
            for each in self.page.select("main ul.rows > li")
        ]
        button = self.page.select_one("button[name=reminders]")
        self.read("transcript/")
        rows = [[words(cell) for cell in row.select("th, td")] for row in self.page.select("tbody tr")]
        return {
            "certificates": certificates,
            "reminders": button and button["value"] == "no",
            "transcript": [(row[0], row[1], row[4].partition(" ")[0]) for row in rows],
        }

    def course(self, world) -> dict:
        """Where they stand in a course, and what its page offers them."""
        self.read(world.course.url)
        units = {}
        for row in self.page.select(".course-main ol.outline > li"):
            about = row.select_one(".state").find_next_sibling("span")
            state = about.select_one(".sr-only")
            units[_own_words(about)] = words(state).strip("()") if state else ""
        return {
            "units": units,
            "done": _numbers(words(self.page.select_one("aside .ring .small"))),
            "offers": set(self._offers(world)),
        }

    def _offers(self, world):
        enrol = self.form("enrol", world.key)
        if enrol is not None:
            asks_key = enrol.element.select_one("[name=key]") is not None
            yield "renew" if enrol.has(renew="yes") else "enrol with a key" if asks_key else "enrol"
        if self.form("follow", world.key) is not None:
            yield "unfollow" if self.form("follow", world.key, following="no") else "follow"
        for link, offer in (("leave", "leave"), ("edition", "move")):
            if self.page.select(f'aside a[href="{self.at(f"courses/{world.key}/{link}/")}"]'):
                yield offer

    def lesson(self, world, unit) -> dict:
        key = world.unit(unit)
        self.read(f"units/{key}/")
        page = self.page
        useful = page.select_one("[name=useful][checked]")
        place = page.select_one(".place-now")
        return {
            "title": words(page.h1),
            "checks": {
                each["id"].removeprefix("check-"): words(each.select_one(".feedback b"))
                for each in page.select("section.check")
                if each.select_one(".feedback")
            },
            "done": page.select_one(".lesson-done .note.good") is not None,
            "can be marked": self.form("done", key) is not None,
            "place": int(place["data-position"]) if place.get("data-position") else None,
            "note": page.select_one("#note-text").get_text().strip(),
            "reflections": {
                each["id"].removeprefix("reflection-"): each.textarea.get_text().strip()
                for each in page.select("section.reflection")
            },
            "bookmarks": {
                form.element.select_one("[name=section]")["value"]
                for form in self.forms()
                if form.route == "bookmark" and form.has(keep="no")
            },
            "feedback": (
                useful["value"] == "yes" if useful else None,
                page.select_one("#feedback-comment").get_text().strip(),
            ),
        }

    def quiz(self, world, quiz) -> dict:
        key = world.unit(quiz)
        self.read(f"units/{key}/")
        left = _numbers(words(self.page.select(".stats dd")[3]))
        rows = [[words(cell) for cell in row.select("th, td")] for row in self.page.select("tbody tr")]
        return {
            "left": left[0] if left else None,
            "may start": self.form("start", key) is not None,
            "under way": bool(self.page.select('main .buttons a[href*="/attempts/"]')),
            "pause": "You can try again from" in words(self.page.main),
            "attempts": [(int(row[0]), row[2], row[3]) for row in rows],
        }

    def attempt_now(self) -> dict:
        self.read(f"attempts/{self.attempt}/?question=all")
        if self.form("attempt", self.attempt):
            rows = self.page.select("ol.outline a")
            each = [[words(span) for span in row.find_all("span", recursive=False)] for row in rows]
            return {"open": True, "answered": {row[1] for row in each if row[2] == "answered"}}
        feedback = {}
        for each in self.page.select(".answered"):
            told = [words(part) for part in each.select(".feedback p")]
            verdict = words(each.select_one(".feedback b"))
            points = _numbers(words(each.select_one(".feedback .small")))
            feedback[_own_words(each.legend)] = (verdict, *points, *told[1:])
        return {
            "open": False,
            "heading": words(self.page.h1),
            "score": _numbers(words(self.page.select_one("main .lede"))),
            "feedback": feedback,
        }

    def verified(self, code) -> tuple:
        self.read(f"/{self.locale}/verify/{code}/")
        holder = self.page.select_one(".facts dd")
        return words(self.page.h1), words(self.page.select_one(".badge")), words(holder.bdi)


class AppTells(InApp):
    def catalogue(self, mine: bool) -> list:
        found = self.get(f"courses/?limit=100{'&mine=true' if mine else ''}")["items"]
        return [(each["title"], each["status"] == "announced") for each in found]

    def courses(self) -> dict:
        found = {}
        for each in self.get("me/enrolments/?limit=100")["items"]:
            enrolment, state = each["enrolment"], each["enrolment"]["state"]
            heading = {"active": "active", "requested": "active", "completed": "completed"}.get(state, "left")
            done = [enrolment["required_done"], enrolment["required_total"]] if state == "active" else []
            found[each["course"]["title"]] = (heading, done)
        return found

    def kept(self) -> dict:
        bookmarks, notes = (self.get(f"me/{name}/")["items"] for name in ("bookmarks", "notes"))
        return {
            "bookmarks": {(each["title"], each["section_title"]) for each in bookmarks},
            "notes": {(each["title"], each["text"]) for each in notes},
        }

    def held(self) -> dict:
        certificates = self.get("me/certificates/")["items"]
        learns = self.get("me/")["learner"] is not None
        rows = self.get("me/transcript/")["items"]
        state = labels.certificate_state
        return {
            "certificates": [(each["title"], state(each["status"])) for each in reversed(certificates)],
            "reminders": self.get("me/reminders/")["wanted"] if learns else None,
            "transcript": [
                (
                    each["title"],
                    str(labels.enrolment_state(each["state"])),
                    state(each["certificate"]["status"]) if each["certificate"] else "–",
                )
                for each in rows
            ],
        }

    def course(self, world) -> dict:
        found = self.get(f"courses/{world.key}/")
        enrolment = found["enrolment"]
        on_it = _state(enrolment) in ON_IT
        if on_it:
            progress = self.get(f"courses/{world.key}/progress/")
            assert progress["required_done"] == enrolment["required_done"]
        return {
            "units": {
                unit["title"]: labels.unit_state(unit["state"]) if on_it else ""
                for module in found["units"]
                for unit in module["units"]
            },
            "done": [enrolment["required_done"], enrolment["required_total"]] if on_it else [],
            "offers": set(self._offers(world, found)),
        }

    def _offers(self, world, found):
        enrolment = found["enrolment"]
        state = _state(enrolment)
        held = {each["course"]: each for each in self.get("me/certificates/")["items"]}.get(str(world.key))
        if state in ("active", "requested"):
            yield "leave"
        if state in ON_IT:
            editions = self.get(f"courses/{world.key}/enrolment/edition/")
            if editions["current"] > editions["edition"]:
                yield "move"
        if state == "completed" and found["is_open"] and held and held["renewable"]:
            yield "renew"
        if state in (*ON_IT, "requested"):
            return
        if found["status"] == "announced":
            is_following = self.get(f"courses/{world.key}/following/")["following"]
            yield "unfollow" if is_following else "follow"
        if found["is_open"] and found["prerequisites_met"] is not False:
            returning, mode = state == "withdrawn", found["enrolment_mode"]
            if mode == "key" and not returning:
                yield "enrol with a key"
            elif mode != "invitation" or returning:
                yield "enrol"

    def lesson(self, world, unit) -> dict:
        path = f"units/{world.unit(unit)}/"
        found, place = self.get(path), self.get(path)["position"]
        feedback, done = self.get(f"{path}feedback/"), found["state"] in ("completed", "passed")
        return {
            "title": found["title"],
            "checks": {name: labels.verdict_name(each["verdict"]) for name, each in found["checks"].items()},
            "done": done,
            "can be marked": found["completion"] == "mark" and not done,
            "place": place if place and place < 10_000 else None,
            "note": self.get(f"{path}note/")["text"],
            "reflections": {
                each["id"]: self.get(f"{path}reflections/{each['id']}/")["text"]
                for each in found["document"]["body"]
                if each["type"] == "reflection"
            },
            "bookmarks": set(self.get(f"{path}bookmark/")["sections"]),
            "feedback": (feedback["useful"], feedback["comment"]),
        }

    def quiz(self, world, quiz) -> dict:
        standing = self.get(f"units/{world.unit(quiz)}/")["attempts"]
        rows = self.get(f"quizzes/{world.unit(quiz)}/attempts/")["items"]
        free = standing["window"] == "open" and standing["next_at"] is None and standing["left"] != 0
        return {
            "left": standing["left"],
            "may start": free and standing["open"] is None,
            "under way": standing["open"] is not None,
            "pause": standing["next_at"] is not None,
            "attempts": [
                (row["number"], _percent(row["score_bp"]), self._result(row))
                for row in rows
                if row["state"] != "open"
            ],
        }

    @staticmethod
    def _result(row) -> str:
        if row["state"] == "expired":
            return "Time ran out"
        return "Passed" if row["passed"] else "Not passed yet"

    def attempt_now(self) -> dict:
        found = self.get(f"attempts/{self.attempt}/")
        prompts = {each["id"]: each["prompt"] for each in found["questions"]}
        if found["state"] == "open":
            return {"open": True, "answered": {prompts[each] for each in found["answers"]}}
        feedback = {
            prompts[name]: (
                labels.verdict_name(each["verdict"]),
                each["points"],
                each["of_points"],
                *([each["explanation"]] if each["explanation"] else []),
            )
            for name, each in (found["feedback"] or {}).items()
        }
        scored = found["state"] == "graded"
        return {
            "open": False,
            "heading": self._result(found),
            "score": [found["score_bp"] // 100, found["pass_mark"]] if scored else [],
            "feedback": feedback,
        }

    def verified(self, code) -> tuple:
        found = self.get(f"certificates/{code}/")
        return found["title"], labels.certificate_state(found["status"]), found["holder"]["name"] or ""


def _state(enrolment) -> str | None:
    """Time that is over ends an enrolment before anybody notices."""
    if enrolment is None:
        return None
    end = enrolment["expires_at"]
    over = enrolment["state"] == "active" and end and parse_datetime(end) <= timezone.now()
    return "expired" if over else enrolment["state"]


def _percent(basis_points) -> str:
    return "–" if basis_points is None else f"{basis_points // 100}%"
