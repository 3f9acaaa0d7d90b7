"""Question types as pure functions: what they show, what they hide, what they give points for.

Everything in the first half goes over the registry: a type that is added is covered.
"""

import json
from html.parser import HTMLParser

import jsonschema
import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail import blocks
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import StreamFieldSegmentExtractor

from learning.assessment import grading, registry, shapes
from learning.assessment.blocks import CheckBlock, QuestionStreamBlock
from learning.assessment.registry import BadResponse
from learning.assessment.sheet import feedback_on
from tests.learning.assessment import examples
from tests.learning.assessment.examples import GRADED_AT_ONCE, TYPES, compiled, problems, raw
from tests.learning.factories import multiple_choice, option, single_choice, stable, true_false

every_type = pytest.mark.parametrize("question_type", TYPES, ids=lambda each: each.name)
every_graded = pytest.mark.parametrize("question_type", GRADED_AT_ONCE, ids=lambda each: each.name)
# What of a stored question learners may know although it is no text.
SETTINGS = {"max_words", "show_rubric", "points"}


def shown(question_type, public, **context):
    """A question's controls as a page has them."""
    from learning.templatetags.learning import question_controls

    return str(question_controls({"id": "q", "type": question_type.name, **public}, **context))


# Over the registry ------------------------------------------------------------------------------------------------


def test_all_types_of_the_design_are_there():
    assert {each.name for each in TYPES} == {
        "single_choice", "multiple_choice", "true_false", "short_answer", "numeric", "matching", "ordering", "fill_in",
        "categorise", "hotspot", "essay",
    }  # fmt: skip


def test_a_second_type_of_a_name_is_refused():
    class Again(registry.get("true_false").__class__):
        pass

    with pytest.raises(ValueError, match="registered already"):
        registry.register(Again)


def test_an_unknown_type_is_a_lookup_error():
    with pytest.raises(LookupError):
        registry.get("mind_reading")


@every_type
def test_the_public_value_is_as_described(question_type):
    public, _ = compiled(raw(question_type))
    jsonschema.Draft202012Validator.check_schema(question_type.public_schema)
    jsonschema.validate(public, question_type.public_schema)
    assert question_type.public_schema["additionalProperties"] is False
    for example in question_type.public_schema["examples"]:
        jsonschema.validate(example, question_type.public_schema)
        assert isinstance(question_type.identity(example), frozenset)


@every_type
def test_what_learners_see_holds_nothing_of_the_key(question_type):
    """Every text that is marked and public is one of those that the type shows; explanation and the like are none."""
    stored = examples.marked(raw(question_type), "canary")
    public, secret = compiled(stored)
    seen = {text for text in examples.strings_of(public) if text.startswith("canary")}
    assert public["prompt"] in seen
    hidden = ("explanation", "accepted", "feedback", "model", "notes", "guidance", "answers")
    assert not [text for text in seen if any(word in text.split()[0] for word in hidden)]
    assert secret["explanation"].startswith("canary")
    assert not set(public) & set(secret)


def leaves(block, value, path=()):
    """(path, block) of whatever in a stored value is neither a text nor a picture."""
    if isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            if isinstance(value, dict) and name in value:
                yield from leaves(child, value[name], (*path, name))
    elif isinstance(block, blocks.StreamBlock):
        for index, each in enumerate(value or []):
            yield from leaves(block.child_blocks[each["type"]], each["value"], (*path, index, "value"))
    elif isinstance(block, blocks.ListBlock):
        for index, each in enumerate(value or []):
            yield from leaves(block.child_block, each, (*path, index))
    elif isinstance(
        block, blocks.BooleanBlock | blocks.IntegerBlock | blocks.DecimalBlock | blocks.ChoiceBlock
    ):
        yield path, block


def changed(stored, path, block):
    found = json.loads(json.dumps(stored))
    place = found["value"]
    for step in path[:-1]:
        place = place[step]
    was = place[path[-1]]
    if isinstance(block, blocks.BooleanBlock):
        place[path[-1]] = not was
    elif isinstance(block, blocks.ChoiceBlock):
        place[path[-1]] = next(value for value, _ in block.field.choices if value not in (was, ""))
    else:
        place[path[-1]] = type(was)(int(float(was)) + (1 if float(was) < 50 else -1))
    return found


@every_type
def test_changing_what_is_right_changes_nothing_that_is_seen(question_type):
    stored = raw(question_type)
    block = QuestionStreamBlock().child_blocks[question_type.name]
    public, secret = compiled(stored)
    for path, leaf in leaves(block, stored["value"]):
        if path[-1] in SETTINGS:
            continue
        other_public, other_secret = compiled(changed(stored, path, leaf))
        assert other_public == public, path
        assert other_secret != secret, path


@every_type
def test_the_order_in_which_an_editor_wrote_it_tells_nothing(question_type):
    """Lists whose order learners get shuffled are in the order of the ids."""
    stored = raw(question_type)
    public, _ = compiled(stored)
    for name in question_type.shuffled:
        ids = [part["id"] for part in public[name]]
        assert ids == sorted(ids)
    for part in public.get("parts", []):
        ids = [each["id"] for each in part.get("options", [])]
        assert ids == sorted(ids)


@pytest.mark.parametrize(("name", "field"), [("matching", "pairs"), ("ordering", "items")])
def test_the_ids_of_both_sides_of_a_block_have_nothing_in_common(name, field):
    stored = raw(registry.get(name))
    public, _ = compiled(stored)
    own = {each["id"] for each in stored["value"][field]}
    assert not own & examples.strings_of(public)


@every_graded
def test_its_own_answer_earns_all_points_and_fits_its_schema(question_type):
    public, secret = compiled(raw(question_type))
    answer = question_type.check(question_type.answer(secret), public)
    assert question_type.grade(answer, secret) == secret["points"]
    assert set(question_type.verdicts(answer, secret).values()) <= {"right"}
    jsonschema.validate(answer, question_type.schema)
    assert grading.grade_response(question_type.name, answer, secret).verdict == "right"


@every_type
def test_the_answer_is_a_response(question_type):
    public, secret = compiled(raw(question_type))
    answer = question_type.answer_in(secret, secret)
    assert question_type.check(answer, public) == answer
    jsonschema.Draft202012Validator.check_schema(question_type.schema)
    for example in question_type.schema["examples"]:
        jsonschema.validate(example, question_type.schema)


@every_type
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), points=st.integers(1, 100))
def test_what_is_checked_fits_the_schema_and_earns_points_within_bounds(question_type, data, points):
    public, secret = compiled(raw(question_type, points=points))
    response = data.draw(examples.responses(question_type, public, secret))
    try:
        checked = question_type.check(response, public)
    except BadResponse:
        return
    jsonschema.validate(checked, question_type.schema)
    assert question_type.check(checked, public) == checked
    assert "\\u0000" not in json.dumps(checked)
    json.dumps(checked).encode()
    if question_type.graded_by_people:
        return
    earned = question_type.grade(checked, secret)
    assert type(earned) is int
    assert 0 <= earned <= points
    assert set(question_type.verdicts(checked, secret).values()) <= {"right", "partly", "wrong"}
    rows = question_type.tally([(checked, earned)], public, secret)
    assert all(set(row) == {"part", "id", "text", "count", "right"} for row in rows)
    mark = feedback_on({"type": question_type.name, **public}, secret, secret, checked, earned)
    assert (mark["verdict"] == "right") == (earned == points)


@every_type
@settings(max_examples=60, deadline=None)
@given(value=examples.JSON, extra=st.text(max_size=5))
def test_anything_else_is_refused(question_type, value, extra):
    public, secret = compiled(raw(question_type))
    names = list(question_type.schema["properties"])
    good = question_type.answer(secret)
    candidates = [value, *({name: value} for name in names), dict.fromkeys(names, value)]
    candidates.append({**good, f"!{extra}": value})
    for response in candidates:
        try:
            checked = question_type.check(response, public)
        except BadResponse:
            continue
        jsonschema.validate(checked, question_type.schema)
    with pytest.raises(BadResponse):
        question_type.check({**good, f"!{extra}": value}, public)


@every_type
@pytest.mark.parametrize(
    "response", [None, [], "x", 1, {}, {"points": 9}, float("nan"), {"x": float("nan"), "y": 1}]
)
def test_hostile_responses_are_refused(question_type, response):
    public, _ = compiled(raw(question_type))
    with pytest.raises(BadResponse):
        question_type.check(response, public)


class Form(HTMLParser):
    """What a browser without scripts would send, after everything was filled in by `fill(name, kind, choices)`."""

    def __init__(self, html):
        super().__init__()
        self.controls, self.select, self.legends, self.labels = {}, None, 0, set()
        self.aria = set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "legend":
            self.legends += 1
        if tag == "label" and "for" in found:
            self.labels.add(found["for"])
        if tag == "label" and "for" not in found:
            self.wrapping = True
        if tag in ("input", "textarea", "select"):
            kind = found.get("type", tag)
            control = self.controls.setdefault(
                found["name"], {"kind": kind, "values": [], "id": found.get("id")}
            )
            if found.get("aria-label"):
                self.aria.add(found["name"])
            if kind in ("radio", "checkbox"):
                control["values"].append(found["value"])
            self.select = found["name"] if tag == "select" else self.select
        if tag == "option" and found.get("value"):
            self.controls[self.select]["values"].append(found["value"])


@every_type
def test_its_form_works_without_a_script(question_type, db):
    """Whatever answer is there can be given in the rendered form, and the form gives the same response back."""
    public, secret = compiled(raw(question_type))
    answer = question_type.check(question_type.answer(secret), public)
    form = Form(shown(question_type, public))
    assert form.legends == 1
    for name, control in form.controls.items():
        assert name == "q-q" or name.startswith("q-q.")
        if control["kind"] not in ("radio", "checkbox"):
            assert control["id"] in form.labels or name in form.aria, "a control without a label"
    posted = QueryDict(mutable=True)
    for name, value in fields_of(answer):
        control = form.controls["q-q" + (f".{name}" if name else "")]
        if control["values"]:
            assert value in control["values"]
        posted.appendlist("q-q" + (f".{name}" if name else ""), value)
    assert question_type.check(question_type.parse_form(posted, "q-q"), public) == answer
    assert question_type.parse_form(QueryDict(""), "q-q") is None
    saved = Saved(shown(question_type, public, response=answer))
    assert sorted(saved.sent) == sorted((name, value) for name in posted for value in posted.getlist(name))
    if question_type.nothing() is not None:
        nothing = question_type.check(question_type.nothing(), public)
        assert nothing == question_type.nothing()
        assert question_type.graded_by_people or question_type.grade(nothing, secret) == 0


def fields_of(answer):
    """An answer as (name of the control, value)."""
    for name, value in answer.items():
        if isinstance(value, bool):
            yield "", str(value).lower()
        elif isinstance(value, list):
            yield from (
                [("", each) for each in value]
                if name == "options"
                else [(each, str(place)) for place, each in enumerate(value, 1)]
            )
        elif isinstance(value, dict):
            yield from value.items()
        elif isinstance(value, int):
            yield name, f"{value / 100:g}"
        else:
            yield ("" if name in ("option", "text") else name), value


class Saved(HTMLParser):
    """What a browser sends of a rendered form as it is."""

    def __init__(self, html):
        super().__init__()
        self.sent, self.select, self.area = [], "", None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        chosen = tag == "input" and (found["type"] not in ("radio", "checkbox") or "checked" in found)
        if chosen and found.get("value"):
            self.sent.append((found["name"], found["value"]))
        if tag == "select":
            self.select = found["name"]
        if tag == "option" and "selected" in found and found["value"]:
            self.sent.append((self.select, found["value"]))
        self.area = found["name"] if tag == "textarea" else None

    def handle_data(self, data):
        if self.area and data.strip():
            self.sent.append((self.area, data.strip()))


@every_type
def test_feedback_is_told_in_words(question_type, db):
    public, secret = compiled(raw(question_type))
    question = {"id": "q", "type": question_type.name, **public}
    for response, points in [(question_type.answer(secret), secret["points"]), (None, None)]:
        feedback = feedback_on(question, secret, secret, response, points)
        html = shown(question_type, public, response=response, feedback=feedback)
        assert public["prompt"] in html
        assert "<select" not in html or "disabled" in html
        assert " style=" not in html and " onclick" not in html
        mark = render_to_string("learning/parts/feedback.html", {"feedback": feedback})
        assert ("Right" in mark) == (points is not None)


@every_type
def test_it_is_translated_text_by_text(question_type, db, picture):
    """wagtail-localize takes every text and nothing else; ids, numbers and what is right stay."""

    stored = raw(question_type, image=picture)
    stream = QuestionStreamBlock().to_python([stored])
    segments = StreamFieldSegmentExtractor(None).handle_stream_block(stream)
    texts = {
        segment.string.data
        for segment in segments
        if isinstance(segment, StringSegmentValue) and segment.string.data
    }
    words = {text for text in examples.texts_in(stored["value"]) if any(c.isalpha() for c in text)} - {
        "units",
        "percent",
    }
    assert texts == words


@every_type
def test_good_questions_pass_the_gate(question_type, db, picture):
    assert problems(raw(question_type, image=picture)) == []


@every_type
def test_a_question_without_words_or_points_does_not(question_type, db, picture):
    assert any("has no text" in each for each in problems(raw(question_type, image=picture, prompt=" ")))
    assert any("1 to 100" in each for each in problems(raw(question_type, image=picture, points=0)))


def test_what_people_grade_is_offered_in_quizzes_alone():
    people = {each.name for each in TYPES if each.graded_by_people}
    assert people == {"essay"}
    assert people <= set(QuestionStreamBlock().child_blocks)
    assert not people & set(CheckBlock().child_blocks["question"].child_blocks)


# Each type by itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "points"),
    [
        (["right0", "right1"], 2),
        (["right0"], 1),
        (["right0", "wrong0"], 0),
        (["right0", "right1", "wrong0"], 1),
        (["right0", "right1", "wrong0", "wrong1"], 0),
        ([], 0),
        (["wrong0"], 0),
    ],
)
def test_multiple_choice_gives_partial_credit(chosen, points):
    _, secret = compiled(multiple_choice())
    ids = [stable(f"multiple:{each}") for each in chosen]
    assert registry.get("multiple_choice").grade({"options": ids}, secret) == points


@given(
    right=st.integers(1, 8),
    wrong=st.integers(0, 8),
    points=st.integers(1, 100),
    data=st.data(),
)
def test_multiple_choice_stays_within_its_points(right, wrong, points, data):
    key = {
        "points": points,
        "right": [f"r{i}" for i in range(right)],
        "wrong": [f"w{i}" for i in range(wrong)],
    }
    chosen = data.draw(st.sets(st.sampled_from(key["right"] + key["wrong"])))
    grade = registry.get("multiple_choice").grade
    earned = grade({"options": sorted(chosen)}, key)
    assert isinstance(earned, int)
    assert 0 <= earned <= points
    assert (earned == points) == (chosen == set(key["right"]))
    if wrong:
        assert grade({"options": key["right"] + key["wrong"]}, key) == 0
    # Taking away a wrong option or adding a right one never costs points.
    for each in chosen & set(key["wrong"]):
        assert grade({"options": sorted(chosen - {each})}, key) >= earned
    for each in set(key["right"]) - chosen:
        assert grade({"options": sorted(chosen | {each})}, key) >= earned


def test_forms_give_the_same_responses():
    data = QueryDict("a=x&b=1&b=2&c=false&d=maybe")
    assert registry.get("single_choice").parse_form(data, "a") == {"option": "x"}
    assert registry.get("multiple_choice").parse_form(data, "b") == {"options": ["1", "2"]}
    assert registry.get("true_false").parse_form(data, "c") == {"value": False}
    assert registry.get("true_false").parse_form(data, "d") is None
    assert registry.get("single_choice").parse_form(data, "nothing") is None
    assert registry.get("multiple_choice").parse_form(data, "nothing") is None


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (single_choice(options=[option("One", True), option("Two", True)]), "exactly one option"),
        (single_choice(options=[option("One"), option("Two")]), "exactly one option"),
        (single_choice(options=[option("One", True)]), "at least two options"),
        (single_choice(options=[option("One", True), option(" one ", id=stable("again"))]), "say the same"),
        (single_choice(options=[option("One", True), option(" ")]), "has no text"),
        (multiple_choice(options=[option("One"), option("Two")]), "at least one option as right"),
        (true_false(prompt=" "), "has no text"),
        (true_false(points=0), "1 to 100 points"),
    ],
)
def test_the_gate_names_what_is_wrong(raw, sentence):
    assert any(sentence in problem for problem in problems(raw)), problems(raw)


def test_a_number_within_its_tolerance_in_any_unit():
    numeric = registry.get("numeric")
    public, secret = compiled(raw(numeric, points=10))
    metres, centimetres = (
        next(each["id"] for each in public["units"] if each["text"] == name)
        for name in ("metres", "centimetres")
    )

    def points(number, unit):
        return numeric.grade(numeric.check({"number": number, "unit": unit}, public), secret)

    # 1.2 ± 5 % earns all, 1 to 1.5 a half; bounds included, nothing rounded
    assert [points(each, metres) for each in ("1.2", "1,26", "1.14", "1.2600001", "1", "1.5", "1.51", "-1.2")] == [
        10, 10, 10, 5, 5, 5, 0, 0,
    ]  # fmt: skip
    assert points("١٢٠", centimetres) == 10
    assert points("120", metres) == 0
    with pytest.raises(BadResponse, match="unit"):
        numeric.check({"number": "1.2"}, public)
    with pytest.raises(BadResponse):
        numeric.check({"number": "1.2", "unit": "miles"}, public)


@pytest.mark.parametrize(
    ("order", "points"), [("abcd", 3), ("dcba", 0), ("bcda", 2), ("dabc", 2), ("acbd", 0), ("abdc", 1)]
)
def test_an_order_earns_by_neighbours(order, points):
    key = {"points": 3, "order": list("abcd")}
    response = {"items": list(order)}
    assert registry.get("ordering").grade(response, key) == points
    verdicts = registry.get("ordering").verdicts(response, key)
    assert (set(verdicts.values()) == {"right"}) == (points == 3)


def test_places_must_be_each_ones_own():
    ordering = registry.get("ordering")
    public, _ = compiled(raw(ordering))
    ids = [item["id"] for item in public["items"]]
    for places in (["1", "1", "2"], ["1", "2", ""], ["1", "2", "x"], ["1", "2", "²"]):
        data = QueryDict(mutable=True)
        data.update({f"q.{item}": place for item, place in zip(ids, places, strict=True)})
        with pytest.raises(BadResponse, match="place of its own"):
            ordering.check(ordering.parse_form(data, "q"), public)


def test_pairs_and_places_earn_by_share():
    matching, categorise = registry.get("matching"), registry.get("categorise")
    key = {"points": 10, "pairs": {"a": "x", "b": "y", "c": "z"}}
    assert matching.grade({"pairs": {"a": "x", "b": "x"}}, key) == 3
    assert matching.verdicts({"pairs": {"a": "x", "b": "x"}}, key) == {"a": "right", "b": "wrong"}
    assert (
        categorise.grade({"items": {"1": "a", "2": "b"}}, {"points": 3, "places": {"1": "a", "2": "a"}}) == 1
    )


def test_blanks_earn_by_weight():
    fill_in = registry.get("fill_in")
    accepted = [
        {"id": "1", "text": "neighbours", "percent": 100},
        {"id": "2", "text": "police", "percent": 50},
    ]
    key = {
        "points": 10,
        "blanks": {
            "a": {"weight": 3, "accepted": accepted, "case": False},
            "b": {"weight": 1, "right": ["x"]},
        },
    }
    assert fill_in.grade({"blanks": {"a": "Neighbours", "b": "x"}}, key) == 10
    assert fill_in.grade({"blanks": {"a": "POLICE", "b": "x"}}, key) == 6
    assert fill_in.grade({"blanks": {"a": "Neighbours"}}, key) == 7
    assert fill_in.verdicts({"blanks": {"a": "police", "b": "y"}}, key) == {"a": "partly", "b": "wrong"}


def test_marks_of_blanks_may_be_in_any_order_and_digits():
    public, _ = compiled(raw(registry.get("fill_in"), text="[٢] – [1], and a footnote [3]"))
    assert [part.get("text") for part in public["parts"]] == [None, " – ", None, ", and a footnote ", "[3]"]


SHAPES = {
    "circle": {"id": "c", "right": True, "shape": "circle", "box": [5000, 5000, 1000]},
    "rectangle": {"id": "r", "right": True, "shape": "rectangle", "box": [1000, 2000, 3000, 500]},
    "polygon": {
        "id": "p",
        "right": True,
        "shape": "polygon",
        "box": [0, 0, 4000, 0, 2000, 2000, 4000, 4000, 0, 4000],
    },
}


@pytest.mark.parametrize(
    ("region", "x", "y", "right"),
    [
        ("circle", 5000, 5000, True),
        ("circle", 6000, 5000, True),
        ("circle", 6001, 5000, False),
        # twice as wide as high: a circle is round on the picture, so it reaches further in per cent of the height
        ("circle", 5000, 7000, True),
        ("circle", 5000, 7001, False),
        ("rectangle", 1000, 2000, True),
        ("rectangle", 4000, 2500, True),
        ("rectangle", 4001, 2500, False),
        ("rectangle", 1000, 1999, False),
        ("polygon", 0, 0, True),
        ("polygon", 1000, 2000, True),
        ("polygon", 2000, 2000, True),
        ("polygon", 3000, 2000, False),
        ("polygon", 3000, 500, True),
        ("polygon", 4001, 4000, False),
    ],
)
def test_places_on_a_picture(region, x, y, right):
    key = {"points": 2, "size": [2000, 1000], "regions": [SHAPES[region]]}
    assert registry.get("hotspot").grade({"x": x, "y": y}, key) == (2 if right else 0)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_square_is_the_same_as_rectangle_and_polygon(x, y):
    box = {"right": True, "id": "a"}
    rectangle = {**box, "shape": "rectangle", "box": [2000, 3000, 4000, 1000]}
    polygon = {**box, "shape": "polygon", "box": [2000, 3000, 6000, 3000, 6000, 4000, 2000, 4000]}
    grade = registry.get("hotspot").grade
    keys = [{"points": 1, "size": [3, 2], "regions": [each]} for each in (rectangle, polygon)]
    assert len({grade({"x": x, "y": y}, key) for key in keys}) == 1


@pytest.mark.parametrize(
    "place", [{"x": -1, "y": 0}, {"x": 0, "y": 10_001}, {"x": 1.5, "y": 0}, {"x": True, "y": 0}]
)
def test_places_outside_are_refused(place):
    public, _ = compiled(raw(registry.get("hotspot")))
    with pytest.raises(BadResponse):
        registry.get("hotspot").check(place, public)


def test_what_answers_come_to():
    hotspot = registry.get("hotspot")
    public, secret = compiled(raw(hotspot))
    first, second = (each["id"] for each in secret["regions"])
    given_ = [({"x": 2000, "y": 5000}, 1), ({"region": first}, 1), ({"x": 9900, "y": 9900}, 0)]
    rows = hotspot.tally(given_, public, secret)
    assert [(row["id"], row["count"], row["right"]) for row in rows] == [
        (first, 2, True), (second, 0, False), (None, 1, False),
    ]  # fmt: skip
    short = registry.get("short_answer")
    public, secret = compiled(raw(short))
    words = ["The Neighbours", "the neighbours", "police", ""]
    rows = short.tally([({"text": each}, None) for each in words], public, secret)
    assert [(row["text"], row["count"], row["right"]) for row in rows] == [
        ("the neighbours", 2, True),
        ("police", 1, False),
    ]


def test_a_tally_lists_the_most_frequent_alone():
    rows = shapes.most_frequent([(str(number), False) for number in range(100)] + [("7", False)])
    assert len(rows) == shapes.MOST_FREQUENT
    assert (rows[0]["text"], rows[0]["count"]) == ("7", 2)


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        ("short_answer", {"accepted": []}, "worth 100 per cent"),
        ("short_answer", {"accepted": [{"type": "answer", "value": {"text": "*", "percent": 100}}]}, "star alone"),
        ("numeric", {"answers": [{"type": "number", "value": {"number": None, "percent": 100}}]}, "is missing"),
        ("numeric", {"answers": [{"type": "range", "value": {"lowest": "2", "highest": "1", "percent": 100}}]},
         "ends before it begins"),
        ("numeric", {"answers": [{"type": "number", "value": {"number": "NaN", "percent": 100}}]}, "is missing"),
        ("numeric", {"units": [{"type": "unit", "value": {"symbol": "km", "factor": "1000"}}]}, "factor 1"),
        ("numeric", {"units": [{"type": "unit", "value": {"symbol": "km", "factor": "0"}}]}, "more than 0"),
        ("matching", {"pairs": [{"type": "pair", "value": {"left": "a", "right": "b"}}]}, "at least two pairs"),
        ("matching", {"extras": [{"type": "extra", "value": "Opens the doors"}]}, "say the same"),
        ("ordering", {"items": [{"type": "item", "value": "a"}, {"type": "item", "value": "A"}]}, "say the same"),
        ("categorise", {"categories": []}, "at least two categories"),
        ("fill_in", {"text": "Only [1]."}, "each of its blanks once"),
        ("fill_in", {"text": "[1] [2] [2]"}, "each of its blanks once"),
        ("essay", {"points": 5}, "add up to 3 points"),
        ("hotspot", {"image": None}, "no picture"),
        ("hotspot", {"regions": []}, "one place as right"),
    ],
)  # fmt: skip
def test_the_gate_of_the_other_types_names_what_is_wrong(db, picture, name, changes, sentence):
    stored = raw(registry.get(name), image=picture)
    stored["value"].update(changes)
    assert any(sentence in problem for problem in problems(stored)), problems(stored)


def test_a_list_of_places_must_not_tell_the_right_one(db, picture):
    stored = raw(registry.get("hotspot"), image=picture)
    stored["value"]["regions"][1]["value"]["name"] = ""
    assert any("one right and one wrong" in each for each in problems(stored))
    stored["value"]["image"]["decorative"] = True
    assert any("needs a description" in each for each in problems(stored))


def test_what_people_see_of_an_essays_rubric_is_the_editors_choice():
    essay = registry.get("essay")
    assert len(compiled(raw(essay))[0]["criteria"]) == 2
    assert compiled(raw(essay, show_rubric=False))[0]["criteria"] == []


def test_a_grade_says_which_questions_wait():
    types = {"e": "essay", "t": "true_false"}
    keys = {"e": {"points": 3}, "t": {"points": 1, "value": True}}
    answers = {"e": {"text": "My words."}, "t": {"value": True}}
    grade = grading.grade_attempt(types, answers, keys, pass_mark=20)
    assert (grade.pending, set(grade.marks), grade.passed, grade.score_bp) == ({"e"}, {"t"}, False, 2500)
    empty = grading.grade_attempt(types, {**answers, "e": {"text": ""}}, keys, pass_mark=20)
    assert (empty.pending, empty.marks["e"].points, empty.passed) == (frozenset(), 0, True)
