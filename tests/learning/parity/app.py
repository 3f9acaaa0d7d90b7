"""A learner with an app of another maker's: JSON and an account token, no cookie. Each act returns the code by which it was
refused; empty where it wasn't."""

import json
import uuid

from django.utils import timezone

from tests.learning.parity.recording import Recording

API = "/api/learning/v1/"


class InApp:
    attempt = None

    def __init__(self, user, seen: set[str]):
        self.user, self.seen, self.locale = user, seen, "en"
        self.sign_in()

    def sign_in(self):
        client = Recording(self.seen)
        answer = client.post(
            "/_allauth/app/v1/auth/login",
            json.dumps({"email": self.user.email, "password": "secret-password"}),
            content_type="application/json",
        )
        self.client = Recording(
            self.seen, headers={"X-Session-Token": answer.json()["meta"]["session_token"]}
        )

    def call(self, method, path, data=None):
        """(status, value)."""
        locale = f"{'&' if '?' in path else '?'}locale={self.locale}"
        body = "" if data is None else json.dumps(data)
        answer = self.client.generic(method, f"{API}{path}{locale}", body, content_type="application/json")
        is_json = answer.content and "json" in answer["Content-Type"]
        return answer.status_code, json.loads(answer.content) if is_json else answer

    def get(self, path):
        status, value = self.call("GET", path)
        assert status == 200, (path, value)
        return value

    def do(self, method, path, data=None) -> str:
        status, value = self.call(method, path, data)
        return value["code"] if status >= 400 else ""

    def event(self, world, unit, verb, **more) -> str:
        event = {
            "id": str(uuid.uuid4()),
            "course": str(world.key),
            "unit": str(world.unit(unit)),
            "verb": verb,
            "language": self.locale,
            "occurred_at": timezone.now().isoformat(),
            **more,
        }
        status, value = self.call("POST", "events/", {"events": [event]})
        assert status == 200, value
        return value["items"][0].get("code", "")

    # Joining ------------------------------------------------------------------------------------------------------

    def enrol(self, world, key=None):
        return self.do("POST", f"courses/{world.key}/enrolment/", {"key": key} if key else {})

    def renew(self, world):
        return self.do("POST", f"courses/{world.key}/enrolment/", {"renew": True})

    def accept(self, world, token):
        status, value = self.call("POST", "invitations/", {"invitation": token})
        if status >= 400:
            return value["code"]
        assert (value["course"], value["title"]) == (str(world.key), world.course.title)
        return self.do("POST", f"courses/{value['course']}/enrolment/", {"invitation": token})

    def withdraw(self, world):
        self.get(f"courses/{world.key}/enrolment/")
        return self.do("DELETE", f"courses/{world.key}/enrolment/")

    def follow_course(self, world, wanted):
        return self.do("PUT" if wanted else "DELETE", f"courses/{world.key}/following/")

    def move(self, world):
        return self.do("POST", f"courses/{world.key}/enrolment/edition/", {})

    # Lessons ------------------------------------------------------------------------------------------------------

    def open(self, world, unit):
        return self.do("GET", f"units/{world.unit(unit)}/") or self.event(world, unit, "opened")

    def done(self, world, unit):
        return self.event(world, unit, "completed")

    def check(self, world, unit, question, response):
        return self.do("POST", f"units/{world.unit(unit)}/checks/{question}/", {"response": response})

    def keep_place(self, world, unit, position, seconds):
        return self.event(world, unit, "progressed", seconds=seconds, data={"position": position})

    # Quizzes ------------------------------------------------------------------------------------------------------

    def start(self, world, quiz):
        status, value = self.call("POST", f"quizzes/{world.unit(quiz)}/attempts/", {})
        if status >= 400:
            return value["code"]
        self.attempt, self.sequences = value["id"], {}
        return ""

    def look_at(self, question):
        value = self.get(f"attempts/{self.attempt}/")
        assert question in {each["id"] for each in value["questions"]}
        return ""

    def answer(self, question, response):
        sequence = self.sequences[question] = self.sequences.get(question, 0) + 1
        path = f"attempts/{self.attempt}/answers/{question}/"
        return self.do("PUT", path, {"response": response, "sequence": sequence})

    def hand_in(self):
        return self.do("POST", f"attempts/{self.attempt}/submission/", {})

    # Kept for oneself ---------------------------------------------------------------------------------------------

    def bookmark(self, world, unit, section=""):
        return self.do("PUT", f"units/{world.unit(unit)}/bookmark/", {"section": section})

    def drop_bookmark(self, world, unit, section=""):
        return self.do("DELETE", f"units/{world.unit(unit)}/bookmark/?section={section}")

    drop_listed_bookmark = drop_bookmark

    def write_note(self, world, unit, text):
        path = f"units/{world.unit(unit)}/note/"
        return self.do("PUT", path, {"text": text, "version": self.get(path)["version"]})

    def reflect(self, world, unit, block, text):
        path = f"units/{world.unit(unit)}/reflections/{block}/"
        return self.do("PUT", path, {"text": text, "version": self.get(path)["version"]})

    def write_note_over_an_old_one(self, world, unit, text):
        return self.do("PUT", f"units/{world.unit(unit)}/note/", {"text": text, "version": 0})

    def delete_note(self, world, unit):
        return self.write_note(world, unit, "")

    def say_of_lesson(self, world, unit, useful, comment):
        return self.do("PUT", f"units/{world.unit(unit)}/feedback/", {"useful": useful, "comment": comment})

    def take_back_feedback(self, world, unit):
        return self.do("DELETE", f"units/{world.unit(unit)}/feedback/")

    # What they hold -----------------------------------------------------------------------------------------------

    def _certificate(self) -> dict:
        """The latest: the list gives the first first."""
        latest = self.get("me/certificates/")["items"][-1]
        return self.get(f"me/certificates/{latest['id']}/")

    def give_name(self, name):
        return self.do("PATCH", f"me/certificates/{self._certificate()['id']}/", {"name": name})

    def show_name(self, shown):
        return self.do("PATCH", f"me/certificates/{self._certificate()['id']}/", {"name_shown": shown})

    def remind(self, wanted):
        return self.do("PUT", "me/reminders/", {"wanted": wanted})

    def take_away(self):
        kept = self._certificate()
        paths = [f"me/certificates/{kept['id']}/files/{each['kind']}/" for each in kept["files"]]
        return [self.get(path)["Content-Type"] for path in [*paths, "me/transcript/pdf/"]]
