"""The form in which a member writes a practice. Nothing but a title is needed to keep it; `submissions.submit` says what is
missing to hand it in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.language_models import offered
from home.vocabulary import api as vocabulary

from .submitting import CONSENT, LENGTHS, LINES, MOST_COUNTRIES, TAXONOMIES, Attribution, Taxonomy

COUNTRY = Taxonomy.COUNTRY.value


class Words(forms.CharField):
    """A text as long as its column, with one kind of line break; a title in one line."""

    def __init__(self, name: str, *, rows: int = 0, **options):
        self.one_line = name in LINES
        # One may write in another language than one reads the form in.
        attrs = {"dir": "auto"}
        widget = forms.Textarea({"rows": rows, **attrs}) if rows else forms.TextInput(attrs)
        super().__init__(max_length=LENGTHS[name], required=False, widget=widget, **options)

    def to_python(self, value):
        # A browser counts a line break as one character and sends two.
        text = (value or "").replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(" ".join(text.split()) if self.one_line else text)


class CountrySelects(forms.MultiWidget):
    """As many selects as countries may be named: a list of two hundred boxes is no list on a telephone."""

    def __init__(self):
        labels = (_("First country"), _("Second country"), _("Third country"))
        super().__init__([forms.Select({"aria-label": label}) for label in labels[:MOST_COUNTRIES]])

    @property
    def choices(self):
        return self.widgets[0].choices

    @choices.setter
    def choices(self, value):
        for widget in self.widgets:
            widget.choices = [("", "–"), *value]

    def decompress(self, value):
        return value or []

    def value_from_datadict(self, data, files, name):
        return list(dict.fromkeys(value for value in super().value_from_datadict(data, files, name) if value))


class NewSubmissionForm(forms.Form):
    """What a draft begins with."""

    title = Words("title", label=_("Title"), help_text=_("What was done, in a few words."))
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("In which you will write. It may be translated later."),
    )

    def __init__(self, *args, language: str = "", **kwargs):
        """`language` is what the draft has: it is offered though readers don't meet it any more."""
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = offered(language)

    def clean_title(self):
        if not self.cleaned_data["title"]:
            raise forms.ValidationError(_("Give it a title."))
        return self.cleaned_data["title"]


class SubmissionForm(NewSubmissionForm):
    """All of it. The choices are labelled in `locale`."""

    summary = Words(
        "summary",
        rows=3,
        label=_("Summary"),
        help_text=_("One or two sentences: shown in lists and search results."),
    )
    place = Words(
        "place",
        label=_("Place"),
        help_text=_("As precise as those concerned agreed to: “a coastal city”."),
    )
    country = forms.MultipleChoiceField(
        label=_("Countries"), required=False, widget=CountrySelects, help_text=_("Up to three.")
    )
    target = forms.MultipleChoiceField(
        label=_("Kind of place that it protects"), required=False, widget=forms.CheckboxSelectMultiple
    )
    threat = forms.MultipleChoiceField(label=_("Threat"), required=False, widget=forms.CheckboxSelectMultiple)
    phase = forms.MultipleChoiceField(label=_("Phase"), required=False, widget=forms.CheckboxSelectMultiple)
    topic = forms.MultipleChoiceField(label=_("Topic"), required=False, widget=forms.CheckboxSelectMultiple)
    stakeholder = forms.MultipleChoiceField(
        label=_("Who is involved"), required=False, widget=forms.CheckboxSelectMultiple
    )
    context = Words(
        "context", rows=6, label=_("The situation before"), help_text=_("What was the problem, and for whom?")
    )
    description = Words(
        "description",
        rows=10,
        label=_("What was done"),
        help_text=_(
            "Who did what, in which order. An empty line begins a paragraph, a hyphen an item of a list."
        ),
    )
    results = Words(
        "results",
        rows=6,
        label=_("Results"),
        help_text=_("What changed, and how you know. What didn’t work?"),
    )
    lessons_learned = Words(
        "lessons_learned",
        rows=6,
        label=_("Lessons learned"),
        help_text=_("What you would do again, and what not."),
    )
    human_rights = Words(
        "human_rights",
        rows=8,
        label=_("Human rights"),
        help_text=_("Necessity, proportionality, non-discrimination, and how harm was avoided."),
    )
    gender = Words(
        "gender", rows=4, label=_("Gender"), help_text=_("How women, men, girls and boys were considered.")
    )
    legal_basis = Words(
        "legal_basis", rows=4, label=_("Legal basis"), help_text=_("Laws and rules that it rests on.")
    )
    source = Words(
        "source",
        rows=3,
        label=_("Source"),
        help_text=_("How you know of it: own work, a report, an address. Readers see it."),
    )
    attribution = forms.ChoiceField(
        label=_("Who is thanked for it"), choices=Attribution, widget=forms.RadioSelect
    )
    credit = Words(
        "credit",
        label=_("Name to be shown"),
        help_text=_("A person or an organisation that agreed to be named."),
    )
    consent = forms.BooleanField(label=CONSENT, required=False)

    def __init__(self, *args, locale: str, **options):
        super().__init__(*args, use_required_attribute=False, **options)
        labels = vocabulary.labels_of([each.value for each in TAXONOMIES], locale)
        for taxonomy in TAXONOMIES:
            choices = list(labels[taxonomy.value].items())
            if taxonomy is Taxonomy.COUNTRY:
                choices.sort(key=lambda choice: choice[1].casefold())
            self.fields[taxonomy.value].choices = choices

    def values(self) -> dict:
        """What `submissions.save` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "consent"}


#: The form's parts, each a fieldset: its heading and its fields.
PARTS = (
    ("what", _("What it is"), ("title", "language", "summary")),
    ("where", _("Where it was done"), ("place", "country")),
    ("practice", _("The practice"), ("context", "description", "results", "lessons_learned")),
    ("care", _("Used with care"), ("human_rights", "gender", "legal_basis")),
    ("finding", _("How others find it"), ("target", "threat", "phase", "topic", "stakeholder")),
    ("origin", _("Where it comes from"), ("source", "attribution", "credit")),
)
#: What can be left empty for good; the form says so.
OPTIONAL = frozenset(
    {"context", "lessons_learned", "gender", "legal_basis", "threat", "phase", "topic", "stakeholder"}
)


def initial(submission, codes: dict[str, list[str]]) -> dict:
    """The form's values of a stored submission. Consent is given anew each time it is handed in."""
    return {
        **{name: getattr(submission, name) for name in (*LENGTHS, "language", "attribution")},
        **codes,
    }
