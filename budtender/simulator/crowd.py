"""A crowd of the till's customers, each made up from the seed and its place when somebody asks for it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from budtender.simulator import people
from budtender.simulator.chance import draw, pick
from budtender.simulator.records import Customer, digits, till_time

FIRST_ID = 2_000_001
#: Further numbers than people.phones reaches for anybody: down from exchange 998 in the state's first area code.
_EXCHANGES = tuple(number for number in range(998, 199, -1) if number != 555 and number % 100 != 11)
_STREETS = ("Aspen", "Juniper", "Larkspur", "Yarrow", "Sumac", "Sage")
_GROUPS = ("Veterans", "Seniors", "Staff", "Industry")


class Crowd:
    """`count` customers whose records were last changed evenly over the years before the simulation started.

    One in forty shares the phone of the one before, one in 97 is archived, one in 211 was merged into the one
    before, and one in 173 has no date of change.
    """

    def __init__(
        self, seed: int, count: int, state: str, cities: list[tuple[str, str, str]], started: float, years: int = 3
    ) -> None:
        self._seed = seed
        self._count = count
        self._state = state
        self._stores = cities
        self._area = people.AREA_CODES.get(state, people.AREA_CODES["CO"])[0]
        self._step = years * 365 * 86_400 / max(count, 1)
        self._first = started - years * 365 * 86_400 - 86_400

    def __len__(self) -> int:
        return self._count

    def modified_at(self, place: int) -> float:
        """Returns when a record was last changed; later places are never earlier."""
        return self._first + place * self._step

    def between(self, low: float, high: float) -> range:
        """Returns the places last changed from `low` to `high`."""
        places = range(self._count)
        return range(bisect_left(places, low, key=self.modified_at), bisect_right(places, high, key=self.modified_at))

    def place_of(self, customer_id: int) -> int | None:
        """Returns the place of an id; None when the crowd does not have it."""
        place = customer_id - FIRST_ID
        return place if 0 <= place < self._count else None

    def customer(self, place: int) -> Customer:
        """Returns the customer at a place."""
        bits = draw(self._seed, place)
        first, last = pick(people.FIRST_NAMES, bits), pick(people.LAST_NAMES, bits >> 8)
        number = self._phone(place)
        modified = self._first + place * self._step
        city, zip_code, store = pick(self._stores, bits >> 16)
        return Customer(
            FIRST_ID + place,
            str(bits >> 2),
            f"{first} {last}",
            first,
            last,
            None,
            None,
            None,
            f"{1 + bits % 998} {pick(_STREETS, bits >> 20)} St",
            None,
            city,
            self._state if place % 31 else "NM",
            zip_code,
            number if bits & 1 else f"({number[:3]}) {number[3:6]}-{number[6:]}",
            number if place % 3 == 0 else None,
            people.email_for(first, last, place) if place % 10 < 7 else None,
            "Archived" if place % 97 == 9 else "Active",
            f"MED-{place:08}" if place % 10 == 1 else None,
            None,
            till_time(modified) if place % 173 else None,
            till_time(modified - 86_400 * (1 + bits % 400)),
            "Medical" if place % 10 == 1 else "Recreational",
            ("F", "M", None)[bits % 3],
            None,
            f"{1945 + (bits >> 24) % 58}-{1 + (bits >> 30) % 12:02}-{1 + (bits >> 34) % 28:02}T00:00:00",
            discount_groups=[pick(_GROUPS, bits >> 40)] if place % 5 == 0 else None,
            created_at_location=store,
            is_loyalty_member=bits & 2 == 0,
            merged_into_customer_id=FIRST_ID + place - 1 if place % 211 == 5 else None,
        )

    def known_by(self, phone: str, email: str) -> Iterator[int]:
        """Yields the places that may have this phone or e-mail; whoever asks compares."""
        if len(phone) == 10 and phone.startswith(self._area):
            exchange = int(phone[3:6])
            if exchange in _EXCHANGES:
                place = _EXCHANGES.index(exchange) * 10_000 + int(phone[6:])
                yield from (place, place + 1)
        local = email.partition("@")[0]
        serial = local[len(local.rstrip("0123456789")) :]
        if serial:
            yield int(serial)

    def _phone(self, place: int) -> str:
        if place % 40 == 3:
            place -= 1
        return f"{self._area}{_EXCHANGES[place // 10_000]}{place % 10_000:04}"

    def matches(self, place: int, phone: str, email: str) -> bool:
        """Tells whether the customer at a place has this phone or e-mail."""
        if not 0 <= place < self._count:
            return False
        customer = self.customer(place)
        return (bool(phone) and digits(customer.phone) == phone) or (
            bool(email) and (customer.email_address or "").lower() == email
        )
