"""What stands between a page and its publication: a list of problems, each with the place where it is."""

from dataclasses import asdict, dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


@dataclass(frozen=True)
class Problem:
    """One reason against publishing. `field` is the page's field, `block` the StreamField block's id or empty.

    `place` says both in words (“Body, block 4: Figure”), where the sentence alone doesn't.
    """

    code: str
    message: str
    field: str = ""
    block: str = ""
    place: str = ""

    @property
    def told(self) -> str:
        """The sentence with its place before it."""
        return f"{self.place}: {self.message}" if self.place else str(self.message)

    def as_dict(self) -> dict:
        return {name: str(value) for name, value in asdict(self).items()}


class PublicationRefused(ValidationError):
    """Raised when a page with problems is saved as published. `problems` holds them.

    By field, as what a model refuses is: wagtail-localize writes a field's sentences beside its translation.
    """

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        told: dict[str, list[str]] = {}
        for problem in problems:
            told.setdefault(problem.field or NON_FIELD_ERRORS, []).append(problem.told)
        super().__init__(told)
