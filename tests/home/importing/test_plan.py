"""What a file would do: pure, over rows and what there is."""

import json
import time
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.core.audiences import audience
from home.guides.importing import plan as planning
from home.guides.importing.cells import VALUES
from home.guides.importing.columns import BY_NAME, COLUMNS, Kind
from home.guides.importing.parse import Row
from home.guides.importing.plan import Action, Busy, Known, Stored, plan
from home.vocabulary.api import Names

KEY = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")
NAMES = Names()
for number, (name, code, labels, others) in enumerate(
    [
        ("phase", "prevent", {"en": "Prevent", "fr": "Prévenir"}, [("en", "avert"), ("fr", "éviter")]),
        ("phase", "respond", {"en": "Respond", "fr": "Réagir"}, []),
        ("target", "church", {"en": "Place of worship", "es": "Lugar"}, []),
        ("target", "square", {"en": "Square", "es": "Plaza"}, []),
        ("target", "market", {"en": "Market place", "es": "Plaza"}, []),
        ("target", "fair", {"en": "Fair", "fr": "Square"}, []),
        ("region", "002", {"en": "Africa"}, []),
        ("region", "202", {"en": "Sub-Saharan Africa"}, []),
        ("country", "tg", {"en": "Togo", "fr": "Togo"}, [("", "tgo")]),
        ("country", "ci", {"en": "Côte d’Ivoire"}, [("", "civ")]),
        ("country", "de", {"en": "Germany", "fr": "Allemagne"}, [("", "deu")]),
        ("instrument", "S/RES/2341", {"en": "Resolution 2341"}, []),
        ("organisation", "unoct", {"en": "Office of Counter-Terrorism"}, [("", "UNOCT")]),
    ],
    1,
):
    NAMES.add(name, code, number, labels, others)
NAMES.parents = {
    ("country", "tg"): ("region", "202"),
    ("country", "ci"): ("region", "202"),
    ("region", "202"): ("region", "002"),
}
EMPTY = {
    column.name: ()
    if column.kind in (Kind.NAMES, Kind.ROLES, Kind.REFERENCES)
    else None
    if column.kind == Kind.YEAR
    else ""
    for column in VALUES
}
STEWARDS = Stored(
    page_id=7,
    key=KEY,
    locale="en",
    slug="stewards",
    revision_id=70,
    values={
        **EMPTY,
        "title": "Stewards",
        "scale": "local",
        "evidence": "promising",
        "tlp": "CLEAR",
        "consent": True,
        "human_rights": "<p>Respected.</p>",
        "phase": ("prevent",),
    },
)
KNOWN = Known(locale="en", names=NAMES, practices=(STEWARDS,), titles=frozenset({"stewards", "walks"}))
NEW = {"title": "Walks by night", "consent": "yes", "human_rights": "Kept."}


def planned(*cells, known=KNOWN):
    return plan([Row(line, each) for line, each in enumerate(cells, 2)], known)


def step(cells, known=KNOWN):
    return planned(cells, known=known).steps[0]


def changes(cells, known=KNOWN):
    return {change.column: (change.old, change.new) for change in step(cells, known).changes}


def faults(cells, known=KNOWN):
    found = step(cells, known)
    assert (found.action == Action.REFUSED) is bool(found.faults)
    return [(fault.column, fault.message) for fault in found.faults]


def warned(cells, known=KNOWN):
    return [(each.column, each.message) for each in step(cells, known).warnings]


# Which practice ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        {"key": str(KEY)},
        {"key": f"{{{KEY}}}"},
        {"slug": "stewards"},
        {"title": "Stewards"},
        {"title": "stewards!"},
    ],
)
def test_a_practice_is_found_by_key_then_slug_then_title(cells):
    assert step(cells).stored == STEWARDS


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"key": "x"}, "Key", "“x” is no key."),
        ({"key": str(OTHER)}, "Key", "No practice has this key. Leave the cell empty for a new one."),
        (
            {"key": str(KEY), "slug": "other"},
            "Slug",
            "The slug of an existing practice isn’t changed by a file.",
        ),
        ({"key": str(KEY), "language": "fr"}, "Key", "This practice isn’t there in Français."),
        ({"slug": "a b", **NEW}, "Slug", "A slug has letters, digits, hyphens and underscores, at most 255."),
        (
            {"slug": "x" * 256, **NEW},
            "Slug",
            "A slug has letters, digits, hyphens and underscores, at most 255.",
        ),
        ({"language": "Klingon", **NEW}, "Language", "“Klingon” is no language of this site."),
        ({"kind": "poem", **NEW}, "Kind", "“poem” is no kind of resource."),
    ],
)
def test_whose_row_it_is_must_be_clear(cells, column, message):
    assert faults(cells) == [(column, message)]


def test_a_key_of_something_else():
    known = replace(KNOWN, elsewhere=frozenset({OTHER}))
    assert "of something else" in faults({"key": str(OTHER)}, known)[0][1]


def test_resources_are_passed_over():
    assert step({"kind": "policy"}).action == Action.PASSED
    assert step({"kind": "Legal text", "title": "Stewards"}).action == Action.PASSED
    assert step({"kind": "good-practice", **NEW}).action == Action.CREATE


# New ones ----------------------------------------------------------------------------------------------------------


def test_a_new_practice():
    found = step({**NEW, "title": "  Über  Nacht ", "phase": "prevent", "place": "", "scale": ""})
    assert (found.action, found.slug, found.faults, found.warnings) == (Action.CREATE, "über-nacht", [], [])
    assert {change.column: change.new for change in found.changes} == {
        "title": "Über Nacht",
        "consent": True,
        "human_rights": "<p>Kept.</p>",
        "phase": ("prevent",),
    }


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"title": ""}, [("Title", "A new practice needs a title.")]),
        ({"title": "…"}, [("Slug", "The title makes no slug: give one.")]),
        ({"title": "x" * 256}, [("Title", "The text has 256 characters; 255 is the most.")]),
        ({"summary": "x" * 501}, [("Summary", "The text has 501 characters; 500 is the most.")]),
        (
            {"consent": ""},
            [
                (
                    "The source agreed to publication",
                    "Only a practice whose source agreed to publication is imported: yes.",
                )
            ],
        ),
        (
            {"consent": "no"},
            [
                (
                    "The source agreed to publication",
                    "Only a practice whose source agreed to publication is imported: yes.",
                )
            ],
        ),
        ({"period_from": "19"}, [("From", "“19” is no year from 1900 to 2200.")]),
        ({"period_from": "2019.5"}, [("From", "“2019.5” is no year from 1900 to 2200.")]),
        ({"period_from": "2021", "period_to": "2019"}, [("To", "The period ends before it begins.")]),
        ({"review_due_on": "31/1/2027"}, [("Review due", "“31/1/2027” is no day. Write it as 2027-01-31.")]),
        (
            {"review_due_on": "2027-02-31"},
            [("Review due", "“2027-02-31” is no day. Write it as 2027-01-31.")],
        ),
        ({"tlp": "TLP:RED"}, [("Traffic light", "What is TLP:RED isn’t kept here at all.")]),
        (
            {"tlp": "AMBER"},
            [("Traffic light", "More people can read this repository than the label allows.")],
        ),
        (
            {"scale": "huge"},
            [("Scale", "“huge” is none of: local, regional, national, international.")],
        ),
        ({"phase": "prevnt"}, [("Phase", "“prevnt” is unknown. Do you mean “Prevent”?")]),
        ({"phase": "dance"}, [("Phase", "“dance” is unknown.")]),
        ({"target": "plaza"}, [("Target", "“plaza” may be any of market, square: give the code.")]),
        (
            {"stakeholder_roles": "Steward"},
            [("Who took part", "Write each line as “role: what they did”, unlike “Steward”.")],
        ),
        ({"references": "https://example.org/"}, [("References", "“https://example.org/” has no title.")]),
        ({"references": "A https://x"}, [("References", "“https://x” is no address.")]),
        ({"phase": ";".join("abcdefg" * 10)}, [("Phase", "There are more than 60 values.")]),
        (
            {"language": "fr"},
            [
                (
                    "Language",
                    "This repository is in English: a new practice belongs into one of its own language.",
                )
            ],
        ),
    ],
)
def test_what_a_new_practice_may_not_be(cells, expected):
    assert faults({**NEW, **cells}) == expected


def test_all_faults_of_a_row_are_told_at_once():
    found = faults({"title": "", "period_from": "x", "phase": "y", "consent": "no"})
    assert [column for column, _message in found] == [
        "From",
        "Phase",
        "The source agreed to publication",
        "Title",
    ]


def test_a_label_where_few_can_read():
    members = replace(KNOWN, audience=audience({"group:1"}))
    assert faults({**NEW, "tlp": "AMBER"}, members) == []
    assert step({**NEW, "tlp": "tlp:green"}, members).changes[-1].new == "GREEN"


def test_a_slug_that_another_page_has():
    known = replace(KNOWN, taken=frozenset({"walks-by-night"}))
    assert faults(NEW, known) == [("Slug", "Another page of this repository has the slug “walks-by-night”.")]
    assert faults({**NEW, "slug": "walks-2"}, known) == []


def test_what_is_worth_a_look():
    assert warned({**NEW, "title": "WALKS", "slug": "walks-2"}) == [
        ("Title", "The repository has a practice of this title already.")
    ]
    assert warned({"title": "No rights", "consent": "yes"}) == [
        ("Human rights", "It can’t be published without this section.")
    ]
    assert warned({"title": "Stewards", "place": "A city"}) == [
        ("Title", "The repository has a practice of this title already: it is this one that changes.")
    ]
    assert warned({"title": "Stewards"}) == []


# Cells -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["prevent", "PREVENT", " prévenir ", "Avert", "éviter;prevent", "prevent|Prevent"]
)
def test_terms_by_code_label_or_other_name(text):
    assert changes({**NEW, "phase": text})["phase"][1] == ("prevent",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TG", "tg"),
        ("tgo", "tg"),
        ("Togo", "tg"),
        ("Côte d'Ivoire", "ci"),
        ("allemagne", "de"),
        ("DEU", "de"),
    ],
)
def test_countries_by_either_code_or_name(text, code):
    assert changes({**NEW, "country": text})["country"][1] == (code,)


def test_a_name_in_the_rows_language_comes_first():
    assert changes({**NEW, "target": "Square"})["target"][1] == ("square",)
    french = replace(KNOWN, locale="fr")
    assert changes({**NEW, "target": "Square"}, french)["target"][1] == ("fair",)


def test_instruments_and_organisations():
    found = changes({**NEW, "instrument": "s/res/2341", "organisation": "UNOCT; unoct"})
    assert found["instrument"][1] == ("S/RES/2341",)
    assert found["organisation"][1] == ("unoct",)


def test_other_kinds_of_cells():
    found = changes(
        {
            **NEW,
            "context": "One **bold** [link](https://example.org/).\n- a\n- <b>b</b>",
            "stakeholder_roles": "Steward: welcomes: always\n\nPolice: trains",
            "references": "A guide; with more https://example.org/a?b=1;c\nAnother",
            "original_language": "Français",
            "scale": "Nationale",
            "period_from": "٢٠١٩",
            "review_due_on": "2027-01-31",
            "summary": "Two\nlines",
        }
    )
    new = {name: pair[1] for name, pair in found.items()}
    assert new["context"] == (
        '<p>One <b>bold</b> <a href="https://example.org/">link</a>.</p><ul><li>a</li><li>&lt;b&gt;b&lt;/b&gt;</li></ul>'
    )
    assert new["stakeholder_roles"] == (("Steward", "welcomes: always"), ("Police", "trains"))
    assert new["references"] == (("A guide; with more", "https://example.org/a?b=1;c"), ("Another", ""))
    assert (new["original_language"], new["scale"], new["period_from"]) == ("fr", "national", 2019)
    assert (new["review_due_on"], new["summary"]) == ("2027-01-31", "Two lines")


# Changes -----------------------------------------------------------------------------------------------------------


def test_nothing_changes_where_the_file_says_what_is_there():
    found = step(
        {"key": str(KEY), "title": "Stewards", "phase": "Prévenir", "place": "", "human_rights": "Respected."}
    )
    assert (found.action, found.changes) == (Action.UNCHANGED, [])


def test_changes_field_by_field():
    found = step(
        {"slug": "stewards", "title": "Stewards", "place": "A city", "phase": "respond", "context": "x"}
    )
    assert found.action == Action.UPDATE
    assert {each.column: (each.old, each.new) for each in found.changes} == {
        "place": ("", "A city"),
        "phase": (("prevent",), ("respond",)),
        "context": ("", "<p>x</p>"),
    }
    shown = list(planning.shown(planned({"slug": "stewards", "phase": "respond"}), found, "fr"))
    assert ("Phase", "Prévenir", "Réagir") in shown


def test_an_empty_cell_empties_what_may_be_empty():
    assert changes(
        {"slug": "stewards", "phase": "", "human_rights": "", "scale": "", "tlp": "", "consent": ""}
    ) == {
        "phase": (("prevent",), ()),
        "human_rights": ("<p>Respected.</p>", ""),
    }
    assert faults({"slug": "stewards", "title": ""}) == [("Title", "A practice needs a title.")]


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"editable": False}, "You may not change this practice."),
        ({"busy": Busy.LOCKED}, "Somebody has locked this practice."),
        ({"busy": Busy.REVIEW}, "This practice is under review: wait for its end, or cancel it."),
        ({"source": False}, "This is a translation: it changes where its source is translated."),
    ],
)
def test_what_may_not_be_changed_may_stay(state, message):
    known = replace(KNOWN, practices=(replace(STEWARDS, **state),))
    assert step({"slug": "stewards", "phase": "prevent"}, known).action == Action.UNCHANGED
    ((_column, said),) = faults({"slug": "stewards", "place": "X"}, known)
    assert said == message


def test_a_draft_that_waits_is_told():
    known = replace(KNOWN, practices=(replace(STEWARDS, drafted=True),))
    assert warned({"slug": "stewards", "place": "X"}, known) == [
        ("", "There is a draft that isn’t published: the import goes on from it.")
    ]


def test_the_same_practice_twice():
    found = planned(
        {"title": "Stewards"},
        {"key": str(KEY)},
        NEW,
        {**NEW, "title": "Walks by Night!"},
        {**NEW, "slug": "x"},
    )
    assert [each.action for each in found.steps] == ["unchanged", "refused", "create", "refused", "create"]
    assert [(fault.line, fault.message) for fault in found.faults] == [
        (3, "This is the same practice as in line 2."),
        (5, "This is the same practice as in line 4."),
    ]
    assert [(each.line, each.message) for each in found.warnings] == [(6, "Line 4 has the same title.")]


# Regions of countries ----------------------------------------------------------------------------------------------


def in_togo(*regions):
    return replace(
        KNOWN,
        practices=(replace(STEWARDS, values={**STEWARDS.values, "country": ("tg",), "region": regions}),),
    )


@pytest.mark.parametrize("own", [(), ("002",), ("202",)])
def test_regions_that_countries_bring_are_no_change(own):
    exported = {"slug": "stewards", "country": "Togo", "region": "Africa; Sub-Saharan Africa"}
    assert changes(exported, in_togo(*own)) == {}


def test_regions_beyond_those_of_the_countries():
    assert changes({**NEW, "country": "tg", "region": "Africa"}).get("region") is None
    assert changes({**NEW, "country": "de", "region": "Africa; 202"})["region"][1] == ("202",)
    # Togo lies in Africa, whether that is said or not.
    assert changes({"slug": "stewards", "region": ""}, in_togo("002")) == {}
    assert changes({"slug": "stewards", "country": "", "region": ""}, in_togo("002")) == {
        "country": (("tg",), ()),
        "region": (("002",), ()),
    }
    assert changes({"slug": "stewards", "country": "de"}, in_togo("002")) == {"country": (("tg",), ("de",))}


@given(
    country=st.sampled_from(["", "tg", "de", "tg;ci"]),
    region=st.sampled_from(["", "002", "202", "002;202"]),
    before=st.sampled_from(
        [((), ()), (("tg",), ()), (("tg",), ("002",)), (("de",), ("202",)), ((), ("002",))]
    ),
)
def test_a_second_time_changes_no_region(country, region, before):
    values = {**STEWARDS.values, "country": before[0], "region": before[1]}
    cells = {"slug": "stewards", "country": country, "region": region}
    for expected in (None, {}):
        found = changes(cells, replace(KNOWN, practices=(replace(STEWARDS, values=values),)))
        assert expected is None or found == expected
        values = {**values, **{name: new for name, (_old, new) in found.items()}}


# Whatever the rows -------------------------------------------------------------------------------------------------

CELLS = st.dictionaries(
    st.sampled_from([column.name for column in COLUMNS]),
    st.text(max_size=30)
    | st.sampled_from(
        [
            str(KEY),
            str(OTHER),
            "stewards",
            "yes",
            "no",
            "2019",
            "prevent; tg",
            "AMBER",
            "fr",
            "policy",
            "a: b",
            "**x** [a](https://b.de)",
        ]
    ),
    max_size=12,
)


@given(st.lists(CELLS, max_size=5))
@settings(deadline=None)
def test_any_rows(rows):
    found = planned(*rows)
    assert len(found.steps) == len(rows)
    assert len(found.digest()) == 64
    assert planned(*rows).digest() == found.digest()
    for each in found.steps:
        assert (each.action == Action.REFUSED) is bool(each.faults)
        assert each.writes is False or each.changes
        json.dumps([change.new for change in each.changes])
        assert all(isinstance(text, str) for row in planning.shown(found, each, "ar") for text in row)


@given(st.lists(CELLS, max_size=3))
@settings(deadline=None)
def test_what_was_written_is_unchanged_the_second_time(rows):
    first = planned(*rows)
    stored = []
    for number, each in enumerate(first.steps, 100):
        if each.writes:
            before = each.stored or replace(
                STEWARDS, page_id=number, key=UUID(int=number), slug=each.slug, values={**EMPTY, "title": ""}
            )
            new = {change.column: change.new for change in each.changes}
            stored.append(replace(before, values={**before.values, **new}))
    ids = {each.page_id for each in stored}
    rest = [each for each in KNOWN.practices if each.page_id not in ids]
    again = planned(*rows, known=replace(KNOWN, practices=(*rest, *stored)))
    for one, other in zip(first.steps, again.steps, strict=True):
        if one.writes:
            assert (other.action, other.changes) == (Action.UNCHANGED, [])


def test_the_digest_is_of_what_would_be_written_over_what():
    def digest(**changed):
        known = replace(KNOWN, practices=(replace(STEWARDS, **changed),))
        return planned(
            {"slug": "stewards", "place": "X"}, {"title": "More", "consent": "yes"}, known=known
        ).digest()

    assert digest() == digest()
    assert digest() != digest(revision_id=71)
    assert digest() != digest(values={**STEWARDS.values, "place": "X"})
    unchanged = [
        planned(
            {"slug": "stewards"}, known=replace(KNOWN, practices=(replace(STEWARDS, revision_id=number),))
        ).digest()
        for number in (70, 71)
    ]
    assert unchanged[0] == unchanged[1]


def test_a_file_of_nothing_but_slips_is_planned_in_a_moment():
    rows = [
        {"title": f"T{line}", "phase": ";".join(f"prevnt{line}{n}" for n in range(60))} for line in range(500)
    ]
    begun = time.process_time()
    assert len(planned(*rows).faults) == 1000
    assert time.process_time() - begun < 3


def test_every_column_is_read():
    assert {column.name for column in COLUMNS} - {column.name for column in VALUES} == {
        "key",
        "slug",
        "url",
        "language",
        "kind",
    }
    assert list(BY_NAME) == [column.name for column in COLUMNS]
