"""Who may see what: the ladder public < registered < groups, as pure rules over principals.

A *principal* is a string: `registered` for anybody signed in, `group:<id>` for a member of a group, `*` for somebody
who may see everything, `courses` for a key that may read what people read through learning. An *audience* is a conjunction of clauses; a clause is a set of principals of which one is
enough. The public's audience has no clause. Setting a restriction on an ancestor adds a clause, so "the strictest
wins" is nothing but joining.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence

Audience = frozenset[frozenset[str]]

PUBLIC: Audience = frozenset()
REGISTERED = "registered"
EVERYTHING = "*"
COURSES = "courses"
ANONYMOUS: frozenset[str] = frozenset()


def group(group_id: int) -> str:
    return f"group:{group_id}"


def audience(*clauses: Iterable[str]) -> Audience:
    """An audience of normalised clauses: a clause that another clause implies is left out."""
    sets = {frozenset(clause) for clause in clauses}
    # Somebody in a group is signed in: a clause of groups alone implies the clause {registered}.
    if any(clause.isdisjoint({REGISTERED, COURSES}) for clause in sets):
        sets = {clause for clause in sets if REGISTERED not in clause}
    return frozenset(clause for clause in sets if not any(other < clause for other in sets))


def join(*audiences: Audience) -> Audience:
    """The audience of a thing that is under several restrictions at once: all of them hold."""
    return audience(*(clause for each in audiences for clause in each))


def satisfies(principals: frozenset[str], needed: Audience) -> bool:
    """Whether somebody with `principals` may see what has the audience `needed`."""
    return EVERYTHING in principals or all(not clause.isdisjoint(principals) for clause in needed)


def implies(outer: Audience, inner: Audience) -> bool:
    """Whether whoever satisfies `outer` satisfies `inner`: the rule by which a document may embed another."""
    return all(
        any(
            clause <= needed or (REGISTERED in needed and clause and COURSES not in clause)
            for clause in outer
        )
        for needed in inner
    )


def to_lists(value: Audience) -> list[list[str]]:
    """The audience as sorted lists, the same for equal audiences: what is stored."""
    return sorted(sorted(clause) for clause in value)


def from_lists(value: list[list[str]]) -> Audience:
    return frozenset(frozenset(clause) for clause in value)


def key(value: Audience) -> str:
    """A short name for the audience: empty for the public's, else 32 hexadecimal digits."""
    if not value:
        return ""
    return hashlib.sha256(json.dumps(to_lists(value)).encode()).hexdigest()[:32]


def principals_of(user) -> frozenset[str]:
    """The principals of a Django user, in at most one statement. Nobody signed in has none.

    An inactive account is nobody. Kept on the user object, so a request resolves it once.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return ANONYMOUS
    known = getattr(user, "_principals", None)
    if known is None:
        groups = () if user.is_superuser else user.groups.values_list("pk", flat=True)
        user._principals = known = _principals(user, groups)
    return known


def principals_of_all(users: Sequence) -> dict[int, frozenset[str]]:
    """The same for many people, by primary key, as they are now. One statement, none for nobody."""
    groups: dict[int, set[int]] = {user.pk: set() for user in users}
    if groups:
        rows = type(users[0]).groups.through.objects.filter(user__in=list(groups))
        for user_id, group_id in rows.values_list("user_id", "group_id"):
            groups[user_id].add(group_id)
    return {user.pk: _principals(user, groups[user.pk]) if user.is_active else ANONYMOUS for user in users}


def _principals(user, group_ids: Iterable[int]) -> frozenset[str]:
    if user.is_superuser:
        return frozenset({REGISTERED, EVERYTHING})
    return frozenset({REGISTERED, *map(group, group_ids)})
