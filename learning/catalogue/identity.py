"""Whether a new version of a lesson or quiz says the same to those who are under way: a patch, or for the next edition. Pure.

A patch keeps blocks, questions, options, keys, points, limits and rules; words may change. What completes a unit isn't looked
at here: that is sealed with the syllabus. What a lesson shows from elsewhere is looked at apart (`changed_sources`): whether a
change of it flows is said by whoever made it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cms.content.api import said
from learning.assessment.quiz import questions_in

# What people read; what the platform adds to pictures and links.
_WORDS = frozenset(
    {
        *(
            "prompt",
            "text",
            "texts",
            "explanation",
            "feedback",
            "remarks",
            "label",
            "title",
            "hint",
            "caption",
        ),
        *("alt", "credit", "renditions", "url", "width", "height", "focal_point"),
    }
)
# Sealed with the syllabus, or of no consequence for what is asked.
_SEALED = frozenset(
    {
        *("required", "completion", "completion_seconds", "scoring", "minimum_score", "weight"),
        *("minutes", "sample"),
        *("anonymous_marking", "second_marker", "marking_tolerance"),
    }
)


def is_patch(before: tuple[Mapping, Mapping], after: tuple[Mapping, Mapping], rule_names) -> bool:
    """Whether `(body, private part)` after is a patch of the one before. `rule_names` are the fields of the body that are
    rules; one that the earlier body doesn't have yet has changed nothing."""
    (body, private), (new_body, new_private) = before, after
    if skeleton(private) != skeleton(new_private) or _asked(body) != _asked(new_body):
        return False
    if any(not _same_choice(was, now) for was, now in _shown_in_both(body, new_body)):
        return False
    names = [name for name in rule_names if name not in _SEALED and name in body]
    return all(body[name] == new_body.get(name) for name in names)


def is_correction(before: tuple[Mapping, Mapping], after: tuple[Mapping, Mapping], rule_names) -> bool:
    """Whether a version asks the same by the same rules as the one before, so that its keys can take the place of those."""
    (body, private), (new_body, new_private) = before, after
    names = [name for name in rule_names if name not in _SEALED and name in body]
    return (
        _asked(body) == _asked(new_body)
        and private.keys() == new_private.keys()
        and all(body[name] == new_body.get(name) for name in names)
    )


def same_keys(before: Mapping, after: Mapping) -> bool:
    """Whether two private parts grade alike."""
    return skeleton(before) == skeleton(after)


def fits(translated: Mapping, source: Mapping) -> bool:
    """Whether a lesson in another language asks the very questions, with the very options, of the source."""
    return _ids(questions_in(translated)) == _ids(questions_in(source))


def _ids(questions) -> dict:
    return {
        question["id"]: (question["type"], {option["id"] for option in question.get("options", [])})
        for question in questions
    }


def _asked(body: Mapping) -> tuple:
    """Of a quiz or bank question what is asked; of a lesson its blocks and the questions in them. Their order may change."""
    if "question" in body:
        return (skeleton(body["question"]),)
    if "questions" in body:
        return (skeleton(body["questions"]),)
    blocks = sorted((block["type"], str(block["id"])) for block in body.get("body", []))
    return blocks, skeleton(questions_in(body))


# Shown from elsewhere ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChangedSource:
    """A chapter, section or practice that a lesson shows and that says something else than it did.

    `block` is the id of the lesson's block, `before` and `after` its compiled values; `before` is None where it couldn't
    be seen in any earlier version.
    """

    block: str
    before: Mapping | None
    after: Mapping

    @property
    def is_other(self) -> bool:
        """Whether it came in another language than before, or its section is there no more: nobody corrected that."""
        was = self.before
        return was is not None and (was["locale"], bool(was.get("section"))) != (
            self.after["locale"],
            bool(self.after.get("section")),
        )


def changed_sources(before: Mapping, after: Mapping, earlier: Iterable[Mapping] = ()) -> list[ChangedSource]:
    """Of what two versions of a lesson both show, what says something else in the later one.

    What was withdrawn is no change: it is gone for everybody at once, whatever they keep. What comes back is compared with
    what it said when it was last seen: `earlier` are the bodies before `before`, the latest first, looked at as far as needed.
    """
    was, now = shown_in(before), shown_in(after)
    back = {
        block for block, value in now.items() if value is not None and block in was and was[block] is None
    }
    if back:
        was = {**was, **_last_seen(back, earlier)}
    return [
        ChangedSource(block, was[block], value)
        for block, value in now.items()
        if value is not None and block in was and said(was[block]) != said(value)
    ]


def _last_seen(blocks: set[str], earlier: Iterable[Mapping]) -> dict[str, Mapping]:
    found = {}
    for body in earlier:
        shown = shown_in(body)
        found |= {block: shown[block] for block in blocks - found.keys() if shown.get(block) is not None}
        if found.keys() == blocks:
            break
    return found


def withdrawn(before: Mapping, after: Mapping) -> list[Mapping]:
    """What a lesson showed and can't show any more, although its block is there: as it was shown."""
    now = shown_in(after)
    return [
        value
        for block, value in shown_in(before).items()
        if value is not None and block in now and now[block] is None
    ]


def shown_in(body: Mapping) -> dict[str, Mapping | None]:
    """What a lesson's blocks show from elsewhere, by block id; None for what isn't there for its readers."""
    return {str(block["id"]): block["value"] for block in body.get("body", []) if block["type"] in SHOWING}


SHOWING = frozenset({"chapter", "section", "practice"})


def _shown_in_both(before: Mapping, after: Mapping) -> Iterator[tuple[Mapping, Mapping]]:
    now = shown_in(after)
    for block, value in shown_in(before).items():
        if value is not None and now.get(block) is not None:
            yield value, now[block]


def _same_choice(was: Mapping, now: Mapping) -> bool:
    """Whether a block shows the same document, and the same section of it as far as that is there."""
    sections = [value["section"]["id"] for value in (was, now) if value.get("section")]
    return was["key"] == now["key"] and len(set(sections)) <= 1


def without(value, hidden):
    """A compiled value with None for each document that it shows and that is among `hidden`, at any depth.

    `hidden` says so of `(key, locale)`. The rest is as it was.
    """
    if isinstance(value, Mapping):
        return {name: without(inner, hidden) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_block_without(each, hidden) for each in value]
    return value


def _block_without(block, hidden):
    shown = block.get("value") if isinstance(block, Mapping) else None
    shows_document = isinstance(shown, Mapping) and shown.keys() >= {"key", "url", "locale"}
    if shows_document and hidden(shown["key"], shown["locale"]):
        return {**block, "value": None}
    return without(block, hidden)


def skeleton(value):
    """A value without what people read. What has ids is put in their order."""
    if isinstance(value, Mapping):
        return {name: skeleton(inner) for name, inner in value.items() if name not in _WORDS}
    if isinstance(value, list | tuple):
        inner = [skeleton(each) for each in value]
        named = all(isinstance(each, dict) and "id" in each for each in inner)
        return sorted(inner, key=lambda each: str(each["id"])) if named else inner
    return value
