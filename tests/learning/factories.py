"""Courses, people and answers for tests, made through Wagtail's and our own doors."""

import itertools
import uuid

from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from cms.core import audiences
from learning.catalogue.documents import Reader
from learning.models import CourseIndexPage, CoursePage, LessonPage, ModulePage, QuizPage
from tests.world import add

_numbers = itertools.count(1)


def person(email="", **fields):
    return get_user_model().objects.create_user(
        email or f"person{next(_numbers)}@example.org", "secret-password", **fields
    )


def reader(user=None, locale="en"):
    return Reader(principals=audiences.principals_of(user), locale=locale)


def stable(name: str) -> str:
    """A block id that a test knows by name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def option(text, correct=False, feedback="", id=None):
    return {
        "type": "option",
        "value": {"text": text, "correct": correct, "feedback": feedback},
        "id": id or stable(text),
    }


def single_choice(name="single", points=1, right="SECRET right", wrong=("Wrong one", "Wrong two"), **value):
    return {
        "type": "single_choice",
        "id": stable(name),
        "value": {
            "prompt": f"Which one is it? ({name})",
            "options": [
                option(
                    right, correct=True, feedback="SECRET remark on the right one", id=stable(f"{name}:right")
                ),
                *(
                    option(text, feedback=f"SECRET remark {i}", id=stable(f"{name}:wrong{i}"))
                    for i, text in enumerate(wrong)
                ),
            ],
            "explanation": f"SECRET explanation of {name}",
            "points": points,
            **value,
        },
    }


def multiple_choice(
    name="multiple", points=2, right=("Right A", "Right B"), wrong=("Wrong A", "Wrong B"), **value
):
    return {
        "type": "multiple_choice",
        "id": stable(name),
        "value": {
            "prompt": f"Which ones? ({name})",
            "options": [
                *(option(text, correct=True, id=stable(f"{name}:right{i}")) for i, text in enumerate(right)),
                *(
                    option(text, feedback="SECRET remark", id=stable(f"{name}:wrong{i}"))
                    for i, text in enumerate(wrong)
                ),
            ],
            "explanation": f"SECRET explanation of {name}",
            "points": points,
            **value,
        },
    }


def true_false(name="statement", answer=True, points=1, **value):
    return {
        "type": "true_false",
        "id": stable(name),
        "value": {
            "prompt": f"Is it so? ({name})",
            "answer": answer,
            "explanation": f"SECRET explanation of {name}",
            "points": points,
            **value,
        },
    }


def text(words="Some words."):
    return {"type": "text", "value": f"<p>{words}</p>", "id": str(uuid.uuid4())}


def check(question=None, name="check"):
    return {
        "type": "check",
        "value": {"question": [question or single_choice(name)]},
        "id": stable(f"block:{name}"),
    }


def reflection(name="reflection", prompt="Who notices first?", guidance="<p>Neighbours do.</p>"):
    return {"type": "reflection", "id": stable(name), "value": {"prompt": prompt, "guidance": guidance}}


def step(code, *choices):
    """A step of a scenario; `choices` are codes that they lead to, or words in brackets for an end."""
    return {
        "type": "step",
        "id": stable(f"step:{code}"),
        "value": {
            "code": code,
            "text": f"<p>At {code}.</p>",
            "choices": [
                {
                    "type": "choice",
                    "id": stable(f"choice:{code}:{number}"),
                    "value": {
                        "text": f"Choice {number} at {code}",
                        "leads_to": "" if target.startswith("(") else target,
                        "consequence": f"<p>{target[1:-1]}</p>" if target.startswith("(") else "",
                    },
                }
                for number, target in enumerate(choices)
            ],
        },
    }


def scenario(*steps, title="A bag"):
    steps = steps or (step("bag", "ask", "(It is gone.)"), step("ask", "bag", "(Its owner comes.)"))
    value = {"title": title, "situation": "<p>A bag stands alone.</p>", "steps": list(steps)}
    return {"type": "scenario", "id": stable(f"scenario:{title}"), "value": value}


NO_IMAGE = {"image": None, "alt_text": "", "decorative": False}


def flash_cards(*pairs, title="Words"):
    cards = [
        {
            "type": "card",
            "id": stable(f"card:{front}"),
            "value": {"front": front, "front_image": NO_IMAGE, "back": back, "back_image": NO_IMAGE},
        }
        for front, back in pairs or [("Soft target", "A place that is open to all.")]
    ]
    return {"type": "flash_cards", "id": stable(f"cards:{title}"), "value": {"title": title, "cards": cards}}


def right(name="single"):
    return {"option": stable(f"{name}:right")}


def wrong(name="single"):
    return {"option": stable(f"{name}:wrong0")}


class CourseWorld:
    """A published course; pages by the names they were given."""

    def __init__(self, course, pages):
        self.course, self.pages = course, pages

    @property
    def key(self):
        return self.course.translation_key

    def unit(self, name):
        return self.pages[name].translation_key

    def as_stored(self):
        """The same course, of pages as they are stored now."""
        wanted = [self.course.pk, *(page.pk for page in self.pages.values())]
        stored = {page.pk: page for page in Page.objects.filter(pk__in=wanted).specific()}
        return CourseWorld(
            stored[self.course.pk], {name: stored[page.pk] for name, page in self.pages.items()}
        )


def course(home, committed, modules=None, title="A course", **fields) -> CourseWorld:
    """A course below `home`: `modules` maps module titles to lists of (name, kind, fields)."""
    modules = modules or {
        "One": [("first", "lesson", {}), ("quiz", "quiz", {})],
        "Two": [("second", "lesson", {})],
    }
    pages = {}
    with committed():
        index = CourseIndexPage.objects.child_of(home).first()
        if index is None:
            index = add(home, CourseIndexPage(title="Courses", show_in_menus=True))
        page = add(index, CoursePage(title=title, **fields))
        for module_title, units in modules.items():
            module = add(page, ModulePage(title=module_title))
            pages[module_title] = module
            for name, kind, unit_fields in units:
                pages[name] = add(module, unit_page(name, kind, unit_fields))
    return CourseWorld(CoursePage.objects.get(pk=page.pk), pages)


def unit_page(name, kind, fields):
    if kind == "lesson":
        return LessonPage(title=name.capitalize(), **{"body": [text(f"Words of {name}.")], **fields})
    questions = [single_choice(f"{name}:s"), multiple_choice(f"{name}:m"), true_false(f"{name}:t")]
    return QuizPage(title=name.capitalize(), **{"questions": questions, **fields})


def all_right(name="quiz"):
    """Full marks in a quiz made by `unit_page`: 4 points."""
    return {
        stable(f"{name}:s"): right(f"{name}:s"),
        stable(f"{name}:m"): {"options": [stable(f"{name}:m:right0"), stable(f"{name}:m:right1")]},
        stable(f"{name}:t"): {"value": True},
    }


def event(world, unit, verb="opened", **fields):
    return {
        "id": str(uuid.uuid4()),
        "course": str(world.key),
        "unit": str(world.unit(unit)),
        "verb": verb,
        "language": "en",
        "occurred_at": timezone.now().isoformat(),
        **fields,
    }


def translate(committed, page, code="fr", texts=None):
    """A published translation of a page and of what lies above it; `texts` maps source strings to others."""
    with committed():
        source, _ = TranslationSource.update_or_create_from_instance(page)
        locale = Locale.objects.get(language_code=code)
        translation, _ = Translation.objects.get_or_create(source=source, target_locale=locale)
        for segment in source.stringsegment_set.select_related("string"):
            words = (texts or {}).get(segment.string.data)
            if words:
                StringTranslation.objects.update_or_create(
                    translation_of=segment.string,
                    context=segment.context,
                    locale=locale,
                    defaults={"data": words, "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL},
                )
        translation.save_target()
    return page.get_translation(locale)


def translated_course(committed, world, code="fr"):
    for ancestor in (world.course.get_parent().get_parent(), world.course.get_parent()):
        translate(committed, ancestor.specific, code)
    return translate(committed, world.course, code, {"A course": "Un cours"})
