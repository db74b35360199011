"""A crowd of the till's customers, each made up from the seed and its place when somebody asks for it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import msgspec

from budtender.simulator import people
from budtender.simulator.chance import draw, pick
from budtender.simulator.records import ACTIVE, ARCHIVED, Customer, digits, till_time

FIRST_ID = 2_000_001
#: One in so many has no date of change, was archived, was merged into the one before, has that one's phone.
UNDATED, _ARCHIVED, _MERGED, _SHARED = 173, 97, 211, 40
#: So many people are different; then they come again with other numbers. A prime, so that all traits meet.
_DIFFERENT = 499
#: Further numbers than people.phones reaches for anybody: down from exchange 998 in the state's first area code.
_EXCHANGES = tuple(number for number in range(998, 199, -1) if number != 555 and number % 100 != 11)
_STREETS = ("Aspen", "Juniper", "Larkspur", "Yarrow", "Sumac", "Sage")
_GROUPS = ("Veterans", "Seniors", "Staff", "Industry")
# What differs in every record, as it stands in the written form of one: id, number, serial and time.
_ID, _NUMBER, _SERIAL, _TIME = 7_777_777, "7775557777", 8_888_888, "2000-01-01T00:00:00.0000000"


class Crowd:
    """`count` customers whose records were last changed evenly over the days before the simulation started.

    One in forty shares the phone of the one before, one in 97 is archived, one in 211 was merged into the one
    before, and one in 173 has no date of change.
    """

    def __init__(
        self, seed: int, count: int, state: str, cities: list[tuple[str, str, str]], started: float, days: int
    ) -> None:
        self._seed = seed
        self._count = count
        self._state = state
        self._stores = cities
        self._started = started
        self._area = people.AREA_CODES.get(state, people.AREA_CODES["CO"])[0]
        self._step = days * 86_400 / max(count, 1)
        self._first = started - days * 86_400 - 86_400
        self._forms: dict[tuple[int, int], bytes] = {}

    def __len__(self) -> int:
        return self._count

    def modified_at(self, place: int) -> float:
        """Returns when a record was last changed; later places are never earlier."""
        return self._first + place * self._step

    def between(self, low: float, high: float) -> range:
        """Returns the places last changed from `low` to `high`."""
        places = range(self._count)
        return range(bisect_left(places, low, key=self.modified_at), bisect_right(places, high, key=self.modified_at))

    def home(self, store: str) -> tuple[int, int]:
        """Returns the place of a store among the stores, and how many there are: whose place leaves that is its own."""
        return [name for _, _, name in self._stores].index(store), len(self._stores)

    def place_of(self, customer_id: int) -> int | None:
        """Returns the place of an id; None when the crowd does not have it."""
        place = customer_id - FIRST_ID
        return place if 0 <= place < self._count else None

    def customer(self, place: int) -> Customer:
        """Returns the customer at a place."""
        modified = till_time(self.modified_at(place)) if place % UNDATED else None
        status = ARCHIVED if self._is_archived(place) else ACTIVE
        merged = FIRST_ID + place - 1 if self._is_merged(place) else None
        return self._person(place, FIRST_ID + place, self._phone(place), place, modified, status, merged)

    def written(self, place: int) -> bytes:
        """Returns the customer at a place as the till writes it: the same as `customer`, in a fraction of the time."""
        if not place % UNDATED or self.is_gone(place):
            return msgspec.json.encode(self.customer(place))
        key = place % _DIFFERENT, place % len(self._stores)
        form = self._forms.get(key) or self._form(key, place)
        return form % {
            b"id": FIRST_ID + place,
            b"number": self._phone(place).encode(),
            b"serial": place,
            b"time": till_time(self.modified_at(place)).encode(),
        }

    def _form(self, key: tuple[int, int], place: int) -> bytes:
        """Returns the written form of a person, with holes where every record differs."""
        blank = self._person(place, _ID, _NUMBER, _SERIAL, _TIME, ACTIVE, None)
        form = msgspec.json.encode(blank).replace(b"%", b"%%")
        for filled, hole in (
            (_NUMBER.encode(), b"%(number)s"),
            (str(_ID).encode(), b"%(id)d"),
            (str(_SERIAL).encode(), b"%(serial)d"),
            (_TIME.encode(), b"%(time)s"),
        ):
            form = form.replace(filled, hole)
        self._forms[key] = form
        return form

    def _person(
        self, place: int, number: int, phone: str, serial: int, modified: str | None, status: str, merged: int | None
    ) -> Customer:
        trait = place % _DIFFERENT
        bits = draw(self._seed, trait)
        first, last = pick(people.FIRST_NAMES, bits), pick(people.LAST_NAMES, bits >> 8)
        city, zip_code, store = self._stores[place % len(self._stores)]
        medical = trait % 10 == 1
        return Customer(
            number,
            str(number),
            f"{first} {last}",
            first,
            last,
            None,
            None,
            None,
            f"{1 + bits % 998} {pick(_STREETS, bits >> 20)} St",
            None,
            city,
            self._state if trait % 31 else "NM",
            zip_code,
            phone if trait % 2 else f"1{phone}",
            phone if trait % 3 == 0 else None,
            people.email_for(first, last, serial) if trait % 10 < 7 else None,
            status,
            f"MED-{serial}" if medical else None,
            None,
            modified,
            till_time(self._started - 86_400 * (1_200 + trait)),
            "Medical" if medical else "Recreational",
            ("F", "M", None)[bits % 3],
            None,
            f"{1945 + (bits >> 24) % 58}-{1 + (bits >> 30) % 12:02}-{1 + (bits >> 34) % 28:02}T00:00:00",
            discount_groups=[pick(_GROUPS, bits >> 40)] if trait % 5 == 0 else None,
            created_at_location=store,
            is_loyalty_member=bits & 2 == 0,
            merged_into_customer_id=merged,
        )

    def is_gone(self, place: int) -> bool:
        """Tells whether the customer at a place was archived or merged."""
        return self._is_archived(place) or self._is_merged(place)

    def _is_archived(self, place: int) -> bool:
        return place % _ARCHIVED == 9

    def _is_merged(self, place: int) -> bool:
        return place % _MERGED == 5

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
        if place % _SHARED == 3:
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
