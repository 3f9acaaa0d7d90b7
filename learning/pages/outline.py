"""The outline beside lessons and on the course's page: modules with their units, states and addresses."""

from uuid import UUID

from django.urls import reverse

from cms.content import api as content

#: how a state looks: the class of its sign
SIGNS = {"completed": "done", "passed": "done", "in_progress": "now", "failed": "failed", "locked": "locked"}


def of_learner(outline: dict, here: UUID | None = None) -> list[dict]:
    """The modules of an outline as templates show them: `{title, locale, number, minutes, units, done, required_units}`, the
    last two being how many of what is required is done."""
    modules, number = [], 0
    for node in outline["units"]:
        if node["kind"] == "module":
            number += 1
            units = [_unit(unit, here) for unit in node["units"]]
            modules.append({**node, **_tally(units), "number": number, "units": units})
        else:
            modules.append({"title": "", "number": 0, "units": [_unit(node, here)]})
    return modules


def _tally(units: list[dict]) -> dict:
    required = [unit for unit in units if unit["required"]]
    return {"done": sum(unit["sign"] == "done" for unit in required), "required_units": len(required)}


def everything_counts(found: dict) -> bool:
    """Whether all that is required has to be done: no part of it is enough."""
    needs = [found["needs"], *(node["needs"] for node in found["units"] if node.get("needs"))]
    return all(each["at_least"] == each["of"] for each in needs)


def to_complete(modules: list[dict]) -> dict:
    """What completes the course: `{lessons, quizzes, optional}`, numbers of units."""
    units = [unit for module in modules for unit in module["units"]]
    required = [unit["kind"] for unit in units if unit["required"]]
    return {
        "lessons": required.count("lesson"),
        "quizzes": required.count("quiz"),
        "optional": len(units) - len(required),
    }


def _unit(unit: dict, here) -> dict:
    locked = unit["state"] == "locked"
    return {
        **unit,
        "sign": SIGNS.get(unit["state"], ""),
        "here": unit["key"] == here,
        "url": "" if locked else reverse("learning:unit", kwargs={"key": unit["key"]}),
    }


def of_visitor(reading) -> list[dict]:
    """The same for somebody who isn't enrolled, from the contents that came with the page: no statement."""
    modules = []
    for node in reading.contents:
        units = [_visible(child) for child in node["children"]]
        minutes = sum(each["minutes"] for each in content.flatten(node)[1:])
        modules.append(
            {
                "title": node["title"],
                "locale": node["locale"],
                "number": node["number"],
                "minutes": minutes,
                "units": units,
            }
        )
    return modules


def _visible(node: dict) -> dict:
    key = UUID(node["key"])
    # Lessons are listed only as samples.
    sample = node["listed"]
    return {
        "key": key,
        "kind": "quiz" if node["type"] == "learning.QuizPage" else "lesson",
        "title": node["title"],
        "locale": node["locale"],
        "minutes": node["minutes"],
        "state": "",
        "sign": "",
        "here": False,
        "sample": sample,
        "url": reverse("learning:unit", kwargs={"key": key}) if sample else "",
    }


def resume(modules: list[dict], last_unit: UUID | None) -> dict | None:
    """Where somebody goes on: the unit they were in, unless it is done; else the first that isn't; else the first."""
    units = [unit for module in modules for unit in module["units"] if unit["url"]]
    undone = [unit for unit in units if unit["sign"] != "done"]
    last = next((unit for unit in undone if unit["key"] == last_unit), None)
    return last or (undone[0] if undone else units[0] if units else None)
