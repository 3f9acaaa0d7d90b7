"""Items that each go to one of several places: what pairs and categories have in common."""

from .registry import QuestionType
from .shapes import chosen_by_part, exact, posted_parts, share, tallied


class Placing(QuestionType):
    """The share of items in their place among all, rounded down; a wrong place costs nothing.

    A response is `{<answered>: {item: place}}`. The public value has `items` and the places, the secret the right place of each
    item.
    """

    #: the response's member
    answered: str
    #: the public member that holds the places
    places: str
    #: the secret's member that says where each item belongs
    right: str

    def check(self, response, public):
        places = [place["id"] for place in public[self.places]]
        parts = dict.fromkeys((item["id"] for item in public["items"]), places)
        return {self.answered: chosen_by_part(exact(response, self.answered)[self.answered], parts)}

    def grade(self, response, key):
        hits = sum(key[self.right].get(item) == place for item, place in response[self.answered].items())
        return share(key["points"], hits, len(key[self.right]))

    def verdicts(self, response, key):
        return {
            item: "right" if key[self.right].get(item) == place else "wrong"
            for item, place in response[self.answered].items()
        }

    def answer(self, key):
        return {self.answered: key[self.right]}

    def identity(self, public):
        return frozenset(each["id"] for each in (*public["items"], *public[self.places]))

    def tally(self, responses, public, key):
        given = [response[self.answered] for response, _points in responses]
        return [
            row
            for item in public["items"]
            for row in tallied(
                (chosen[item["id"]] for chosen in given if item["id"] in chosen),
                [
                    (place["id"], place["text"], key[self.right][item["id"]] == place["id"])
                    for place in public[self.places]
                ],
                part=item["id"],
            )
        ]

    def parse_form(self, data, name):
        posted = posted_parts(data, name)
        return {self.answered: posted} if posted else None

    def nothing(self):
        return {self.answered: {}}
