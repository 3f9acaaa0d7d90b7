"""Question types: what one is, and the registry of them. A new type is one file in `types/`.

Values that pass through here, all plain JSON:

    public    {"prompt": str, …}         what a learner may see: in the quiz's body and in attempts
    secret    {"points": int, …}         what only the grader may know: in the version's private part
    response  {…}                        a learner's answer, as `schema` describes it

Ids of parts (options, blanks, items) are block ids: the same in every language, and random, so that their order tells
nothing. Where one block holds both sides of an answer, learners get `shapes.veiled` ids.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from django.utils.translation import gettext_lazy as _

from cms.core.errors import BadInput


class BadResponse(BadInput):
    """A response that doesn't fit its question: 400 `bad_response`."""

    code = "bad_response"
    message = _("This answer does not fit the question.")


class QuestionType(ABC):
    """One type. Everything but `block` is pure: values in, values out."""

    #: stable name, used in documents, responses and the editor's stream
    name: str
    #: template of the answer's controls; gets `question` (public), `response`, `feedback` and `disabled`
    template: str
    #: JSON schema of a response, with an example
    schema: dict
    #: JSON schema of the public value, with an example; `shapes.public` makes it
    public_schema: dict
    #: whether a person gives the points; `grade` isn't asked then
    graded_by_people = False
    #: whether grading needs the private parts of the other languages: `merge` does something
    merges = False
    #: whether the template marks right and wrong in the controls themselves; else it shows what was answered as text
    marks_controls = False
    #: names of lists in the public value whose order is each attempt's own where the quiz shuffles
    shuffled: tuple[str, ...] = ()

    @abstractmethod
    def block(self):
        """The editor's block, a `blocks.QuestionBlock`."""

    @abstractmethod
    def public(self, value) -> dict:
        """What a learner may see of the stored block value. Nothing in it, its order included, tells the answer."""

    @abstractmethod
    def secret(self, value) -> dict:
        """`{points, explanation, …}`: what grading and feedback need. Only those who may edit the page ever see it."""

    @abstractmethod
    def problems(self, value) -> list[str]:
        """What stands against publishing the question; sentences for the editor."""

    @abstractmethod
    def check(self, response, public: Mapping) -> dict:
        """The response in its normal form. Raises BadResponse if it doesn't fit the question."""

    @abstractmethod
    def grade(self, response: Mapping, key: Mapping) -> int:
        """Points for a checked response, a whole number from 0 to `key["points"]`."""

    @abstractmethod
    def answer(self, key: Mapping) -> dict | None:
        """A response that earns all points: what feedback shows as right. None where there is no such thing."""

    def answer_in(self, key: Mapping, texts: Mapping) -> dict | None:
        """The same in the words of the reader's language, whose secret is `texts`."""
        return self.answer(key)

    @abstractmethod
    def identity(self, public: Mapping) -> frozenset[str]:
        """The ids that responses and keys speak of: a translation that has the same can stand in for the source."""

    @abstractmethod
    def tally(
        self, responses: Iterable[tuple[Mapping, int | None]], public: Mapping, key: Mapping
    ) -> list[dict]:
        """What checked responses and their points come to, for the statistics of a question.

        Rows `{part, id, text, count, right}` in a fixed order: `part` is the id of the blank, item or picture's place that
        was answered (None for the question itself), `id` what was chosen (None for words and numbers), `text` says it in
        the language of `public`, `right` whether it earns points there (None where that can't be said). What can be chosen
        is listed with 0 where nobody did; of words and numbers the most frequent `shapes.MOST_FREQUENT`.
        """

    def merge(self, key: Mapping, others: Iterable[Mapping]) -> Mapping:
        """The source language's secret, with the accepted texts of the other languages' secrets."""
        return key

    def verdicts(self, response: Mapping, key: Mapping) -> dict[str, str]:
        """`right`, `partly` or `wrong` by part, for types whose answer has parts. For feedback alone."""
        return {}

    @abstractmethod
    def parse_form(self, data, name: str) -> dict | None:
        """The response in posted form data under the control's `name`; None where nothing was chosen."""

    def nothing(self) -> dict | None:
        """The response of somebody who took everything back, in a form; None where a choice can't be taken back.

        It earns nothing, and nobody has to look at it.
        """
        return None

    def remarks(self, texts: Mapping) -> dict[str, str]:
        """Feedback on single options by option id, from the secret in the reader's language."""
        return {}


_types: dict[str, QuestionType] = {}


def register(question_type: type[QuestionType]) -> type[QuestionType]:
    """Class decorator. Raises ValueError for a second type of the same name."""
    if question_type.name in _types:
        raise ValueError(f"a question type named {question_type.name!r} is registered already")
    _types[question_type.name] = question_type()
    return question_type


def get(name: str) -> QuestionType:
    """The type of that name. Raises LookupError."""
    _load()
    try:
        return _types[name]
    except KeyError:
        raise LookupError(f"there is no question type {name!r}") from None


def registered() -> Iterator[QuestionType]:
    """All types in the order of their names."""
    _load()
    return iter([_types[name] for name in sorted(_types)])


def _load() -> None:
    from . import types

    for module in iter_modules(types.__path__):
        import_module(f"{types.__name__}.{module.name}")
