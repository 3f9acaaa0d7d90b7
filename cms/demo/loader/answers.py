"""Answers of made-up learners: right as often as somebody's ability and a question's difficulty make it, wrong in ways that
people are wrong."""

import math
import random
from collections.abc import Mapping

from learning.assessment import registry

# Sentences out of which longer texts are made: what is written in them waits for a person's eyes.
SENTENCES = (
    "Stewards tell the control room on the agreed channel what they see, where, and since when.",
    "The control room looks at the list of expected flights first.",
    "If the flight isn't on it, the manager on duty calls the police contact; her deputy does if she can't be reached.",
    "Nobody looks for the pilot, and nobody does anything against the aircraft.",
    "Both gates stay open, and two stewards go to the guests who use wheelchairs.",
    "We say: please come under the roof, you will hear from us again in five minutes.",
    "Announcements are made in the two languages that most of our visitors speak, and shown on the board.",
    "People who are deaf get a written card from the steward of their row.",
    "When the police say that it is over, we announce it as clearly as the beginning.",
    "On the same evening everybody writes down six lines: where, when, which way, what it did, who saw it, what was decided.",
    "The pictures go to the police unedited and are published nowhere.",
    "Within a week we meet with everybody who was on the line, and change three things at most.",
    "In my site the square is open on three sides, so we point to the two arcades.",
)


def response(question: Mapping, key: Mapping, ability: float, chance: random.Random) -> dict:
    """What somebody answers. `question` and `key` as attempts have them; right with the chance of a logistic model."""
    kind = registry.get(question["type"])
    if kind.graded_by_people:
        count = max(3, min(len(SENTENCES), round(6 + 2 * ability + chance.gauss(0, 1.5))))
        return {
            "text": " ".join(
                SENTENCES[index] for index in sorted(chance.sample(range(len(SENTENCES)), count))
            )
        }
    right = kind.answer(key)
    # A question is as hard in each load and for everybody: its words decide.
    own = random.Random(question["prompt"])
    difficulty, slope = own.gauss(-0.6, 0.9), own.uniform(0.6, 1.6)
    if chance.random() < 1 / (1 + math.exp(-slope * (ability - difficulty))):
        return right
    wrong = _wrong(question, right, own, chance)
    return right if wrong is None else wrong


def _wrong(question: Mapping, right: Mapping, own: random.Random, chance: random.Random) -> dict | None:
    """An answer that isn't quite right; None where there is no other."""
    match question["type"]:
        case "single_choice":
            others = [each["id"] for each in question["options"] if each["id"] != right["option"]]
            # One wrong option looks better than the others.
            return {"option": chance.choices(others, [3, *[1] * (len(others) - 1)])[0]}
        case "multiple_choice":
            changed = chance.choice(question["options"])["id"]
            return {"options": sorted({*right["options"]} ^ {changed})}
        case "true_false":
            return {"value": not right["value"]}
        case "short_answer":
            return {"text": own.choice(["a plan", "the police", "management", "a camera"])}
        case "numeric":
            return {**right, "number": str(chance.choice([15, 30, 70, 80, 100]))}
        case "matching":
            return {"pairs": _swapped(right["pairs"], chance)}
        case "categorise":
            places = [each["id"] for each in question["categories"]]
            moved = chance.choice([*right["items"]])
            elsewhere = [each for each in places if each != right["items"][moved]]
            return {"items": {**right["items"], moved: chance.choice(elsewhere)}}
        case "ordering":
            items = list(right["items"])
            index = chance.randrange(len(items) - 1)
            items[index], items[index + 1] = items[index + 1], items[index]
            return {"items": items}
        case "fill_in":
            left = chance.choice([*right["blanks"]])
            return {"blanks": {name: each for name, each in right["blanks"].items() if name != left}}
        case "hotspot":
            return {"x": chance.randrange(10_001), "y": chance.randrange(10_001)}
    return None


def _swapped(pairs: Mapping[str, str], chance: random.Random) -> dict[str, str]:
    one, other = chance.sample(sorted(pairs), 2)
    return {**pairs, one: pairs[other], other: pairs[one]}
