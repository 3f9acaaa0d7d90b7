"""The rules of access, over the whole space of small audiences."""

from hypothesis import given
from hypothesis import strategies as st

from cms.core import audiences
from cms.core.audiences import COURSES, PUBLIC, REGISTERED

GROUPS = [audiences.group(number) for number in range(1, 4)]
clauses = st.frozensets(st.sampled_from([REGISTERED, *GROUPS]), max_size=3) | st.just(frozenset({COURSES}))
some_audience = st.lists(clauses, max_size=3).map(lambda each: audiences.audience(*each))
people = st.one_of(
    st.just(frozenset()),
    st.frozensets(st.sampled_from(GROUPS)).map(lambda groups: groups | {REGISTERED}),
    st.just(frozenset({COURSES})),
    st.frozensets(st.sampled_from(GROUPS)).map(lambda groups: groups | {REGISTERED, COURSES}),
    st.just(frozenset({REGISTERED, audiences.EVERYTHING})),
)


@given(people)
def test_everybody_satisfies_the_public(person):
    assert audiences.satisfies(person, PUBLIC)


@given(people, some_audience, some_audience)
def test_joining_asks_for_both(person, one, other):
    both = audiences.join(one, other)
    assert audiences.satisfies(person, both) == (
        audiences.satisfies(person, one) and audiences.satisfies(person, other)
    )


@given(some_audience, some_audience)
def test_what_an_audience_implies_holds_for_each_person(outer, inner):
    everybody = [
        frozenset({REGISTERED, *(group for bit, group in enumerate(GROUPS) if number >> bit & 1)})
        for number in range(8)
    ]
    everybody += [person | {COURSES} for person in everybody] + [frozenset(), frozenset({COURSES})]
    really = all(
        audiences.satisfies(person, inner) for person in everybody if audiences.satisfies(person, outer)
    )
    # The rule may refuse what would be harmless, never allow what isn't.
    assert not audiences.implies(outer, inner) or really
    if really and outer and all(outer):
        nobody_satisfies = not any(audiences.satisfies(person, outer) for person in everybody)
        assert audiences.implies(outer, inner) or nobody_satisfies or len(outer) > 1


@given(some_audience)
def test_an_audience_implies_itself_and_the_public(value):
    assert audiences.implies(value, value)
    assert audiences.implies(value, PUBLIC)


@given(some_audience)
def test_storing_keeps_it_and_its_key(value):
    again = audiences.from_lists(audiences.to_lists(value))
    assert again == value
    assert audiences.key(again) == audiences.key(value)
    assert (audiences.key(value) == "") == (value == PUBLIC)


def test_an_empty_clause_lets_nobody_in():
    nobody = audiences.audience([])
    assert not audiences.satisfies(frozenset({REGISTERED, *GROUPS}), nobody)
    assert audiences.satisfies(frozenset({audiences.EVERYTHING}), nobody)


def test_an_inactive_account_is_nobody(db, django_user_model):
    user = django_user_model.objects.create_superuser("somebody@example.org")
    assert audiences.principals_of(user) == {REGISTERED, audiences.EVERYTHING}
    user = django_user_model.objects.get(pk=user.pk)
    user.is_active = False
    assert audiences.principals_of(user) == frozenset()
