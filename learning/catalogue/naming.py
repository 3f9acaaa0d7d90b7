"""What a course is called where it is told of outside its page: in mails, on invitations."""

from django.apps import apps

from cms.core import languages

from .rows import Course


def title_in(course: Course, locale: str) -> tuple[str, str]:
    """(a course's title in a language or its fallback's, the code of that language), whoever reads it: it is for people who are
    told the title anyway. Where nothing of the course is published, what its row says. One statement."""
    items = apps.get_model("content", "ContentItem").objects.filter(key=course.key, status="live")
    titles = dict(items.values_list("locale", "title"))
    for code in languages.fallback_chain(locale, course.source_locale):
        if code in titles:
            return titles[code], code
    return course.title, course.source_locale
