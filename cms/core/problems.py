"""What stands between a page and its publication: a list of problems, each with the place where it is."""

from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError


@dataclass(frozen=True)
class Problem:
    """One reason against publishing. `field` is the page's field, `block` the StreamField block's id or empty."""

    code: str
    message: str
    field: str = ""
    block: str = ""

    def as_dict(self) -> dict:
        return {name: str(value) for name, value in asdict(self).items()}


class PublicationRefused(ValidationError):
    """Raised when a page with problems is saved as published. `problems` holds them."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__([str(problem.message) for problem in problems])
