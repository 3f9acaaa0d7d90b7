"""Question types as pure functions: what they show, what they hide, what they give points for."""

import json

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from learning.assessment import registry
from learning.assessment.blocks import QuestionStreamBlock
from learning.assessment.registry import BadResponse, QuestionType
from tests.learning.factories import multiple_choice, option, single_choice, stable, true_false

EXAMPLES = {
    "single_choice": single_choice(),
    "multiple_choice": multiple_choice(),
    "true_false": true_false(),
}


def compiled(raw):
    """(public, secret) of a question as its stream compiles it."""
    child = QuestionStreamBlock().to_python([raw])[0]
    question_type = child.block.question_type
    return question_type.public(child.value), question_type.secret(child.value)


def problems(raw):
    child = QuestionStreamBlock().to_python([raw])[0]
    return [str(problem) for problem in child.block.problems(child.value)]


def test_every_registered_type_has_an_example_here():
    assert {each.name for each in registry.registered()} == set(EXAMPLES)


def test_a_second_type_of_a_name_is_refused():
    class Again(registry.get("true_false").__class__):
        pass

    with pytest.raises(ValueError, match="registered already"):
        registry.register(Again)


def test_an_unknown_type_is_a_lookup_error():
    with pytest.raises(LookupError):
        registry.get("mind_reading")


@pytest.mark.parametrize("question_type", list(registry.registered()), ids=lambda each: each.name)
def test_what_learners_see_holds_nothing_of_the_key(question_type: QuestionType):
    public, secret = compiled(EXAMPLES[question_type.name])
    shown = json.dumps(public)
    assert "SECRET" not in shown.replace("SECRET right", "")
    assert not set(public) & {
        "points",
        "explanation",
        "right",
        "wrong",
        "remarks",
        "answer",
        "value",
        "correct",
    }
    assert all(set(each) == {"id", "text"} for each in public.get("options", []))
    assert "SECRET explanation" in secret["explanation"]


@pytest.mark.parametrize("question_type", list(registry.registered()), ids=lambda each: each.name)
def test_its_own_answer_earns_all_points_and_fits_its_schema(question_type):
    jsonschema = pytest.importorskip("jsonschema")
    public, secret = compiled(EXAMPLES[question_type.name])
    answer = question_type.check(question_type.answer(secret), public)
    assert question_type.grade(answer, secret) == secret["points"]
    jsonschema.validate(answer, question_type.schema)


@pytest.mark.parametrize("question_type", list(registry.registered()), ids=lambda each: each.name)
@pytest.mark.parametrize(
    "response",
    [None, [], "x", 1, {}, {"option": 1}, {"option": "nope"}, {"options": "x"}, {"options": ["nope"]},
     {"options": [None]}, {"value": 1}, {"value": "true"}, {"value": True, "points": 9}, {"options": [], "score": 1},
     {"options": [{}]}, {"option": {}}],
)  # fmt: skip
def test_responses_that_do_not_fit_are_refused(question_type, response):
    public, _ = compiled(EXAMPLES[question_type.name])
    with pytest.raises(BadResponse):
        question_type.check(response, public)


def test_the_order_of_options_tells_nothing():
    raw = single_choice()
    raw["value"]["options"].reverse()
    assert compiled(raw)[0] == compiled(single_choice())[0]
    ids = [each["id"] for each in compiled(raw)[0]["options"]]
    assert ids == sorted(ids)


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


@pytest.mark.parametrize("raw", EXAMPLES.values(), ids=list(EXAMPLES))
def test_good_questions_pass_the_gate(raw):
    assert problems(raw) == []
