"""Finding, reading and correcting personas in AIQ."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from budtender.connectors.aiq_calls import Calls, receipt, segment
from budtender.connectors.aiq_forms import override_form, phone_form
from budtender.connectors.aiq_options import MOST_PAGES, OVERLAP, PAGE, REPEATS, SEARCH_LIMIT
from budtender.connectors.aiq_wire import (
    SYSTEM,
    personas_in,
    read_membership,
    read_order_line,
    read_persona,
    row,
)
from budtender.connectors.call import BeforeSend
from budtender.connectors.http import BATCH, Priority
from budtender.connectors.rows import list_under, read_each
from budtender.connectors.sentences import not_understood
from budtender.errors import NotFound, PhoneError
from budtender.model import OrderLine, Persona, Receipt, Value
from budtender.phone import ten_digits


class PersonaPage(Value, frozen=True, kw_only=True):
    """A page of personas: `came` counts all its rows, those that could not be read included."""

    people: tuple[Persona, ...]
    came: int
    total: int | None = None
    unreadable: int = 0

    @property
    def ids(self) -> frozenset[str]:
        """Who is on it."""
        return frozenset(persona.contact_id.lower() for persona in self.people)


class Personas(Calls):
    """AIQ's records of shoppers (personas endpoints article)."""

    async def find(self, phone_or_text: str, *, priority: Priority = Priority.COUNTER) -> list[Persona]:
        """Everybody who matches: by phone first those whose mobile it is, then those whose home phone it is.

        Text that is no phone is searched as a name, e-mail address or id. Nobody is an empty list; people on AIQ's
        blocklist are never found. Raises ProtocolError when the only rows for a phone cannot be read, since
        "nobody" would then be a guess.
        """
        try:
            phone = phone_form(phone_or_text)
        except PhoneError:
            return (await self._search(phone_or_text.strip(), priority))[0]
        people, unreadable = await self._search(phone, priority)
        mobile = [p for p in people if p.phone and ten_digits(p.phone) == phone]
        home = [p for p in people if p not in mobile and p.home_phone and ten_digits(p.home_phone) == phone]
        if unreadable and not mobile and not home:
            raise not_understood(SYSTEM, "no persona found by phone is readable")
        return mobile + home

    async def find_by_src_id(self, src_id: str, *, priority: Priority = Priority.COUNTER) -> Persona | None:
        """The persona that a source knows by this id; exports write it as `platform:::id`, so both forms match."""
        people, _ = await self._search(src_id, priority)
        for persona in people:
            if persona.src_id is not None and persona.src_id.rpartition(":::")[2] == src_id:
                return persona
        return None

    async def detail(self, contact_id: str, *, priority: Priority = Priority.COUNTER) -> Persona:
        """One persona; NotFound when the id has died in a merge or never was."""
        data = await self.read("GET", f"/api/v1.1/piis/{self.uid}/{segment(contact_id)}", priority=priority)
        if data is None:
            raise NotFound(
                "AIQ does not know this shopper any more.",
                "Look the shopper up again.",
                system=SYSTEM,
                code="shopper_gone",
            )
        return read_persona(data)

    async def membership(self, phone: str, *, priority: Priority = Priority.COUNTER) -> bool | None:
        """Whether AIQ says that this phone is a member; None when it does not say, for the shape is not public."""
        try:
            data = await self.read("GET", f"/api/v2/loyalty/lookup/{phone_form(phone)}", priority=priority)
        except NotFound:
            return None
        return read_membership(data)

    async def newest(
        self, since: datetime | None, *, priority: Priority = Priority.BACKGROUND
    ) -> AsyncIterator[list[Persona]]:
        """Personas by pages, newest first, back to OVERLAP before `since`; without it all of them.

        Each comes once however the pages shift, and however many rows AIQ puts on one. A page that brings nobody new,
        or nobody where the total says that somebody is, is asked for again before it is taken for the end. AIQ cannot
        be asked for changed personas.
        """
        seen: set[str] = set()
        stop = None if since is None else since - OVERLAP
        start = repeated = 0
        for _ in range(MOST_PAGES):
            params = {"start": start, "limit": PAGE, "sort": "inserted", "dir": "desc"}
            data = await self.read(
                "GET", f"/api/v1.1/piis/{self.uid}", params=params, priority=priority, deadlines=BATCH
            )
            rows = personas_in(data)
            people, _ = read_each(rows, read_persona)
            fresh = [p for p in people if p.contact_id.lower() not in seen]
            seen.update(p.contact_id.lower() for p in fresh)
            wanted = [p for p in fresh if stop is None or p.inserted is None or p.inserted >= stop]
            if wanted:
                yield wanted
            if (not rows and (_total(data) or 0) <= start) or len(wanted) < len(fresh):
                return
            if rows and (fresh or not people):
                start, repeated = start + len(rows), 0
            elif (repeated := repeated + 1) > REPEATS:
                return

    async def page(self, start: int, *, priority: Priority = Priority.BACKGROUND) -> PersonaPage:
        """One page of all personas, the oldest first: new ones come at the end and shift nothing.

        A merge or deletion moves everything behind it forward; the page's `total` shows by how much. A total of fewer
        rows than have come is none.
        """
        params = {"start": start, "limit": PAGE, "sort": "inserted", "dir": "asc"}
        data = await self.read("GET", f"/api/v1.1/piis/{self.uid}", params=params, priority=priority, deadlines=BATCH)
        rows = personas_in(data)
        people, unreadable = read_each(rows, read_persona)
        total = _total(data)
        if total is not None and rows and total < start + len(rows):
            total = None
        return PersonaPage(people=tuple(people), came=len(rows), total=total, unreadable=unreadable)

    async def orders(self, contact_id: str, *, priority: Priority = Priority.COUNTER) -> list[OrderLine]:
        """The latest lines that this persona bought; lines of one purchase share their time."""
        path = f"/api/v1.1/contact/orders/{self.uid}/{segment(contact_id)}"
        data = await self.read("GET", path, params={"start": 0, "limit": SEARCH_LIMIT}, priority=priority)
        lines = list_under(data, "results", "orders", "data", system=SYSTEM, what="list of orders")
        return read_each(lines, read_order_line)[0]

    async def override(
        self,
        contact_id: str,
        *,
        phone: str | None = None,
        email: str | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Receipt:
        """Change only what is given, for good: an override beats every later sync from a till.

        Raises PhoneError or InputError before anything is sent. Safe to repeat: the last one wins.
        """
        form = override_form(phone, email, first_name, last_name)
        path = self._override_path(contact_id)
        data = await self.write("POST", path, json=form, priority=priority, before_send=before_send, again=True)
        return receipt(data, contact_id)

    async def overrides(self, contact_id: str, *, priority: Priority = Priority.COUNTER) -> Mapping[str, object]:
        """What is overridden for this persona, under AIQ's own keys; to be compared after an override, as AIQ
        blanks a phone that it judges invalid."""
        data = await self.read("GET", self._override_path(contact_id), priority=priority)
        return data if isinstance(data, dict) else {}

    def _override_path(self, contact_id: str) -> str:
        return f"/api/v2/loyaltyContact/override/{self.uid}/{segment(contact_id)}"

    async def _search(self, text: str, priority: Priority) -> tuple[list[Persona], int]:
        if not text:
            # An empty search would list everybody.
            return [], 0
        params = {"start": 0, "limit": SEARCH_LIMIT, "search": text}
        data = await self.read("GET", f"/api/v1.1/piis/{self.uid}", params=params, priority=priority)
        return read_each(personas_in(data), read_persona)


def _total(data: object) -> int | None:
    """How many personas there are, where a page tells."""
    return row(data, "list of personas").integer("total") if isinstance(data, dict) else None
