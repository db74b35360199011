"""The named cases: shoppers at fixed numbers, each with one trait that a budtender must learn to handle.

All are in area code 303; 555-01xx belongs to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from budtender.simulator.rewards import STANDARD


class Case(msgspec.Struct, frozen=True):
    """A named case: its key, the number to type, the name to expect and what it shows.

    `traits` are the persona's fields that differ from a plain member's; None: no persona in AIQ.
    `others` are further personas that belong to the case; a mobile of None means the same number.
    """

    key: str
    number: str
    name: tuple[str, str]
    about: str
    traits: Mapping[str, Any] | None = {}
    others: tuple[Mapping[str, Any], ...] = ()
    in_till: bool = True


CASES: tuple[Case, ...] = (
    Case("plain", "3035550101", ("Maya", "Lindqvist"), "a good member, 412.5 points and rewards to use"),
    Case(
        "shared",
        "3035550102",
        ("Marcus", "Oyelaran"),
        "three members of one household share this mobile",
        others=(
            {"first_name": "Dolores", "last_name": "Oyelaran", "points": Decimal(80)},
            {"first_name": "Kit", "last_name": "Oyelaran", "points": Decimal("15.25")},
        ),
    ),
    Case(
        "home-too",
        "3035550103",
        ("Renata", "Villaseñor"),
        "her mobile is somebody else's home phone",
        others=({"first_name": "Basil", "last_name": "Thorne", "mobile": "3035550153", "home": None},),
    ),
    Case(
        "home-only",
        "3035550104",
        ("Gideon", "Achterberg"),
        "known under this number only as a home phone",
        traits={"mobile": "3035550154", "home": "3035550104"},
    ),
    Case(
        "merging",
        "3035550105",
        ("Priya", "Raghunathan"),
        "two records with one e-mail address; tonight this one goes into the older",
        traits={"email": "priya.r@example.org", "inserted": 1_767_225_600, "points": Decimal(60)},
        others=(
            {
                "first_name": "Priya",
                "last_name": "Raghunathan",
                "mobile": "3035550155",
                "email": "priya.r@example.org",
                "inserted": 1_600_000_000,
                "points": Decimal(300),
            },
        ),
    ),
    Case(
        "blocked",
        "3035550106",
        ("Sterling", "Vance"),
        "blocked: AIQ answers as if the number were unknown",
        traits={"blocked": True},
    ),
    Case(
        "hidden",
        "3035550107",
        ("Noor", "Haddad"),
        "points are hidden and read as 0, yet rewards are available",
        traits={"hides_points": True},
    ),
    Case(
        "negative",
        "3035550108",
        ("Ambrose", "Kettle"),
        "a negative balance after a return",
        traits={"points": Decimal("-35")},
    ),
    Case(
        "fractional",
        "3035550109",
        ("Yuki", "Hanamoto"),
        "99.99 points: not enough for 100",
        traits={"points": Decimal("99.99")},
    ),
    Case(
        "expired",
        "3035550110",
        ("Fergus", "MacAllan"),
        "a reward of last spring that is still listed as available",
        traits={"rewards": ("58231", *STANDARD)},
    ),
    Case(
        "unaffordable",
        "3035550111",
        ("Lucía", "Domínguez"),
        "40 points: every reward costs more",
        traits={"points": Decimal(40)},
    ),
    Case(
        "tier",
        "3035550112",
        ("Augustin", "Bellerose"),
        "a tier reward whose 1,000 points are a threshold and no price",
        traits={"points": Decimal(1250), "rewards": ("58232", *STANDARD)},
    ),
    Case(
        "two-valued",
        "3035550113",
        ("Tamsin", "Okonjo"),
        "a reward with dollars and a percentage at once",
        traits={"rewards": ("58233", *STANDARD)},
    ),
    Case(
        "valueless",
        "3035550114",
        ("Ewan", "Sørbø"),
        "a reward whose value only the till knows",
        traits={"rewards": ("58234", *STANDARD)},
    ),
    Case("no-rewards", "3035550115", ("Beryl", "Quan"), "a member without any reward", traits={"rewards": ()}),
    Case(
        "not-member",
        "3035550116",
        ("Desmond", "Ivarsson"),
        "known to AIQ, not in the loyalty program",
        traits={"member": False, "points": Decimal(0), "rewards": (), "signup_at": 0},
    ),
    Case(
        "no-texts",
        "3035550117",
        ("Odalys", "Marrero"),
        "said STOP: no marketing texts",
        traits={"optin_at": 0, "optout_at": 1_770_000_000},
    ),
    Case(
        "lost-code",
        "3035550118",
        ("Halvard", "Nyström"),
        "the code never arrives on this phone",
        traits={"quirks": frozenset({"no-texts"})},
    ),
    Case("hostile", "3035550119", ("<b>Bob</b>", "%s =1+1"), "a name that tries to be markup and a formula"),
    Case("right-to-left", "3035550120", ("ليلى", "الحسن"), "a name written from right to left"),
    Case(
        "no-contact-id",
        "3035550121",
        ("Corin", "Fairbairn"),
        "the wallet comes without a contactID",
        traits={"quirks": frozenset({"no-contact-id"})},
    ),
    Case(
        "hostile-wallet",
        "3035550122",
        ("Vesper", "Lockhart"),
        "a reward whose redemption address is on another host",
        traits={"rewards": ("58235", *STANDARD)},
    ),
    Case(
        "absurd",
        "3035550123",
        ("Maximilian", "Overflow"),
        "10 to the power of 30 points",
        traits={"points": Decimal("1e30")},
    ),
    Case("till-only", "3035550124", ("Wendell", "Crane"), "a customer of the till, unknown to AIQ", traits=None),
    Case(
        "single-use",
        "3035550125",
        ("Solveig", "Amundsen"),
        "a welcome gift that can be used once and a birthday treat that costs nothing",
        traits={"rewards": ("58236", "58220", *STANDARD)},
    ),
    Case(
        "source-id",
        "3035550126",
        ("Jamila", "Benhaddou"),
        "another persona's source id looks like this number",
        others=(
            {
                "first_name": "Ruben",
                "last_name": "Castellane",
                "mobile": "3035550156",
                "source_ids": ("3035550126",),
            },
        ),
    ),
    Case(
        "decomposed",
        "3035550127",
        ("Jose\u0301", "Nun\u0303ez"),
        "accents stored as separate characters",
    ),
    Case("aiq-only", "3035550128", ("Thaddeus", "Rook"), "a member whom the till does not know", in_till=False),
    Case("reference", "3035550142", ("Ines", "Calder"), "a good member, 412.5 points and rewards to use"),
)
