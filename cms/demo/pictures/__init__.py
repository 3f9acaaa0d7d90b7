"""The demo's illustrations, drawn by the program: no rights to clear, no files to carry, and no words in them, since
one picture serves six languages. No faith, nation or uniform can be told from them either.
"""

from collections.abc import Callable

from .ideas import layers, roles, site_plan, timeline
from .places import doors, lobby, neighbourhood, sky, street

#: All pictures by name. Each call draws anew and returns a JPEG of 1600 by 1000 pixels.
PICTURES: dict[str, Callable[[], bytes]] = {
    "layers": layers,
    "site-plan": site_plan,
    "roles": roles,
    "timeline": timeline,
    "neighbourhood": neighbourhood,
    "doors": doors,
    "street": street,
    "lobby": lobby,
    "sky": sky,
}
