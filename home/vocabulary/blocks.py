"""What guides and lessons show by reference. What they refer to is named, not imported: it lives in other packages."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.core.blocks import CompiledMixin, PageEmbedBlock, SnippetBlock, examples, groups
from cms.core.compilation import current
from cms.rest.block_schemas import HTML, NUMBER, TEXT, array, nullable, obj, reference


class PracticeBlock(PageEmbedBlock):
    """A good practice by reference: changed once, right everywhere. `{…link, summary, terms}`."""

    def __init__(self, **kwargs):
        kwargs.setdefault("page_type", "guides.GoodPracticePage")
        super().__init__(fields=("summary", "place", "terms"), **kwargs)

    def example(self):
        return {
            **examples.page("Stewards trained with the police"),
            "summary": "Volunteers and officers practise together, twice a year.",
            "place": "A port city",
            "terms": [{"taxonomy": "phase", "code": "prepare", "label": "Prepare"}],
        }

    class Meta:
        icon = "pick"
        label = _("Good practice")
        description = _("A good practice of the repository, always as it is there.")
        group = groups.PRACTICE
        template = "blocks/practice.html"


class ToolBlock(SnippetBlock):
    """A tool by reference: `{code, locale, kind, name, summary, text, file}`."""

    def __init__(self, **kwargs):
        kwargs.setdefault("target_model", "guides.Tool")
        super().__init__(**kwargs)

    def example(self):
        return {
            "code": "walk",
            "locale": get_language(),
            "kind": "checklist",
            "name": "A walk around the building",
            "summary": "Twenty minutes, two people, one sheet.",
            "text": "<ul><li>Which doors open from outside?</li><li>Who has the keys?</li></ul>",
            "file": None,
        }

    api_schema = nullable(
        obj(
            {
                "code": TEXT,
                "locale": TEXT,
                "kind": TEXT,
                "name": TEXT,
                "summary": TEXT,
                "text": HTML,
                "file": nullable(reference("File")),
            }
        )
    )

    class Meta:
        icon = "cogs"
        label = _("Tool")
        description = _("A tool, written once and shown wherever it is of use.")
        group = groups.PRACTICE
        template = "blocks/tool.html"


class RecommendationBlock(SnippetBlock):
    """A recommendation by reference: `{code, locale, text, rationale, addressees, number}`."""

    def __init__(self, **kwargs):
        kwargs.setdefault("target_model", "guides.Recommendation")
        super().__init__(**kwargs)

    def example(self):
        return {
            "code": "meet",
            "locale": get_language(),
            "text": "Meet the neighbours before you need them.",
            "rationale": "Who knows a face calls earlier.",
            "addressees": [{"code": "site-manager", "label": "Site managers"}],
            "number": 1,
        }

    api_schema = nullable(
        obj(
            {
                "code": TEXT,
                "locale": TEXT,
                "text": TEXT,
                "rationale": TEXT,
                "addressees": array(
                    obj({"code": TEXT, "label": TEXT}),
                    description="Kinds of stakeholder that it is addressed to; older versions of documents don't say.",
                ),
                "number": NUMBER,
            },
            optional=("addressees",),
        )
    )

    class Meta:
        icon = "success"
        label = _("Recommendation")
        description = _("A recommendation, written once. Numbered.")
        group = groups.PRACTICE
        template = "blocks/recommendation.html"


class InstrumentBlock(SnippetBlock):
    """A legal instrument: `{code, title, kind, year, url}`."""

    def __init__(self, **kwargs):
        kwargs.setdefault("target_model", "vocabulary.LegalInstrument")
        super().__init__(**kwargs)

    api_schema = nullable(reference("Instrument"))

    class Meta:
        icon = "form"
        label = _("Legal instrument")


class LegalReferenceBlock(CompiledMixin, blocks.StructBlock):
    """What an instrument says to the matter at hand: `{instrument, note}`."""

    instrument = InstrumentBlock(label=_("Legal instrument"))
    note = blocks.TextBlock(label=_("Why it matters here"), required=False, max_length=500, rows=2)

    def example(self):
        return {
            "instrument": {
                "code": "S/RES/2341",
                "title": "Security Council resolution 2341",
                "kind": "resolution",
                "year": 2017,
                "url": "",
            },
            "note": "Asks states to share what they know with those who run a site.",
        }

    class Meta:
        icon = "form"
        label = _("Legal reference")
        description = _("What a legal instrument says to the matter at hand.")
        group = groups.PRACTICE
        template = "blocks/legal.html"


class StakeholderBlock(SnippetBlock):
    """A kind of stakeholder, from the taxonomy: `{code, label}`."""

    def __init__(self, **kwargs):
        kwargs.setdefault("target_model", "vocabulary.Term")
        super().__init__(**kwargs)

    def get_api_representation(self, value, context=None):
        term = current().snippet(value) if value else None
        return {"code": term.code, "label": term.label(current().locale)} if term else None

    def problems(self, value):
        if value is not None and value.taxonomy != "stakeholder":
            return [_("“%(term)s” is no kind of stakeholder.") % {"term": value}]
        return []

    api_schema = nullable(obj({"code": TEXT, "label": TEXT}))

    class Meta:
        icon = "group"
        label = _("Stakeholder")


class StakeholderRowBlock(CompiledMixin, blocks.StructBlock):
    stakeholder = StakeholderBlock()
    before = blocks.TextBlock(label=_("Before"), required=False, max_length=500, rows=2)
    during = blocks.TextBlock(label=_("During"), required=False, max_length=500, rows=2)
    after = blocks.TextBlock(label=_("After"), required=False, max_length=500, rows=2)

    class Meta:
        icon = "group"
        label = _("Row")


class StakeholderTableBlock(CompiledMixin, blocks.StructBlock):
    """Who does what before, during and after: `{caption, rows, number}`; counted among the page's tables."""

    counted = True
    listed_in = "tables"
    anchor = "table"

    caption = blocks.CharBlock(label=_("Caption"), max_length=300)
    rows = blocks.ListBlock(StakeholderRowBlock(), label=_("Rows"), min_num=1)

    def get_api_representation(self, value, context=None):
        return {
            **super().get_api_representation(value, context=context),
            "number": current().count("table"),
        }

    def example(self):
        row = {
            "stakeholder": {"code": "site", "label": "Site managers"},
            "before": "Agree who calls whom.",
            "during": "Open the doors.",
            "after": "Say what happened.",
        }
        return {"caption": "Who does what", "rows": [row], "number": 1}

    class Meta:
        icon = "table"
        label = _("Who does what")
        description = _("Who does what before, during and after. Numbered among the tables.")
        group = groups.PICTURES
        template = "blocks/stakeholders.html"
