"""Dutchie POS: one location, reached by one key."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from budtender.connectors import dutchie_calls as calls
from budtender.connectors.bulk import plain
from budtender.connectors.call import BeforeSend
from budtender.connectors.dutchie_customers import WAYS, change_form, creation_form, present_form, search_form
from budtender.connectors.dutchie_lists import read_closing_report
from budtender.connectors.dutchie_pull import Puller, pulls
from budtender.connectors.dutchie_rights import permissions, probes
from budtender.connectors.dutchie_wire import SYSTEM, read_customer, read_location, rows_in
from budtender.connectors.http import BATCH, Http, Priority
from budtender.connectors.limiter import Limiter, Window
from budtender.connectors.profile import match, number_of, people
from budtender.connectors.rows import read_each
from budtender.connectors.sentences import not_offered
from budtender.errors import InputError, Misconfigured, NotFound, Refused
from budtender.model import (
    Batch,
    Can,
    ClosingReport,
    Cursor,
    Customer,
    CustomerDraft,
    Linked,
    Location,
    Permission,
    Resource,
)
from budtender.phone import parse_phone, ten_digits

SHORTEST_REPORT = timedelta(hours=12)
LONGEST_REPORT = timedelta(days=31)


class Dutchie:
    """One location of Dutchie POS (vendor's OpenAPI file and developer pages)."""

    name: ClassVar[str] = SYSTEM
    base_url: ClassVar[str] = "https://api.pos.dutchie.com"
    can: ClassVar[frozenset[Can]] = frozenset(
        {
            Can.PULL_CUSTOMERS,
            Can.PULL_SALES,
            Can.PULL_PRODUCTS,
            Can.PULL_INVENTORY,
            Can.PULL_DISCOUNTS,
            Can.PULL_GROUPS,
            Can.PULL_POINTS,
            Can.PULL_EMPLOYEES,
            Can.CLOSING_REPORT,
            Can.TELL_MERGES,
            Can.FIND_BY_PHONE,
            Can.CREATE_CUSTOMER,
            Can.UPDATE_CUSTOMER,
            Can.ARCHIVES,
            Can.LINK_BY_AIQ_ID,
        }
    )
    second_key_is: ClassVar[str] = "integrator key"
    details_are: ClassVar[str] = ""
    source_name: ClassVar[str] = "leaflogix"
    usual_hours: ClassVar[int] = 24
    #: Limits are per endpoint and key (`dutchie_calls`); these are for endpoints that have none of their own there.
    windows: ClassVar[tuple[Window, ...]] = (Window(4, 1), Window(48, 60))

    def __init__(self, http: Http) -> None:
        self.http = http
        self._puller = Puller(http)

    @classmethod
    def connect(
        cls,
        base_url: str,
        key: str,
        limiter: Limiter | None = None,
        *,
        second_key: str = "",
        location: str = "",
        details: str = "",
    ) -> Self:
        """A location reached by its key; `second_key` is the integrator's, where the key comes in two parts.

        `location` and `details` are not used: the key says it all.
        """
        word = base64.b64encode(f"{key.strip()}:{second_key.strip()}".encode()).decode()
        headers = {"Authorization": f"Basic {word}"}
        http = Http(system=SYSTEM, base_url=base_url, headers=headers, limiter=limiter, endpoints=calls.LIMITS)
        return cls(http)

    @property
    def clock_offset(self) -> float:
        """How many seconds the till's clock is ahead of this machine's; 0 where no answer told it yet."""
        return self.http.clock_offset

    async def aclose(self) -> None:
        """Close the connections to Dutchie."""
        await self.http.aclose()

    # ── the credential ────────────────────────────────────────────────────────────────────────────────────

    async def whoami(self) -> Location:
        """The location that this key belongs to; the first call to make with a new key."""
        return read_location((await self.http.read("GET", calls.WHOAMI)).json())

    async def locations(self) -> list[Location]:
        """The one location of this key."""
        return [await self.whoami()]

    async def check(self) -> list[Permission]:
        """What this key may read and write, one by one; Misconfigured when the key itself is wrong."""
        found = probes(self._puller.now())
        return permissions([role for role, (path, params) in found.items() if await self._has_role(path, params)])

    async def _has_role(self, path: str, params: Mapping[str, Any]) -> bool:
        try:
            await self.http.read("GET", path, params=params)
        except Misconfigured as error:
            if error.facts.get("status") != 403:
                raise
            return False
        except (NotFound, Refused):
            # The role let the request through; it was about nothing on purpose.
            pass
        return True

    # ── customers ─────────────────────────────────────────────────────────────────────────────────────────

    async def find_by_phone(self, phone: str, *, priority: Priority = Priority.COUNTER) -> list[Customer]:
        """Customers of this location whose number this is, each once, without merged and anonymous profiles."""
        number = parse_phone(phone)
        found = await self._search({"phone": ten_digits(number)}, priority)
        return [customer for customer in found if number in customer.phones]

    async def find_customer(self, customer_id: str, *, priority: Priority = Priority.COUNTER) -> Customer | None:
        """One customer by id, merged ones too; None when there is none."""
        try:
            answer = await self.http.read(
                "GET", calls.CUSTOMERS, params={"customerID": number_of(customer_id, SYSTEM)}, priority=priority
            )
        except NotFound:
            return None
        for value in rows_in(answer.json()):
            customer = read_customer(value)
            if customer.id == customer_id:
                return customer
        return None

    async def create_customer(
        self,
        draft: CustomerDraft,
        *,
        installation_key: UUID,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Linked:
        """The customer for this shopper: the one that exists already, else a new one.

        An existing one is linked and nothing is written. InputError names what Dutchie needs and the draft lacks.
        Both keys make a repeated creation recognizable, but only once the first has completed, so it is not
        repeated by itself. Dutchie looks for doubles as well; a profile older than the request is one of those.
        """
        if (form := search_form(draft)) and (known := match(draft, await self._search(form, priority), *WAYS)):
            return Linked(customer=known, existed=True)
        form = creation_form(draft)
        sent = self._puller.now()
        answer = await self.http.write(
            "POST",
            calls.CUSTOMER_WRITE,
            params={"bypassDeduplication": "false"},
            json=form,
            headers={"ConsumerKey": str(installation_key)},
            priority=priority,
            before_send=before_send,
        )
        customer = read_customer(answer.json())
        # Both clocks are Dutchie's as far as it told its own; a minute covers what is left.
        just_before = sent - timedelta(minutes=1)
        existed = customer.created is not None and customer.created < just_before
        changed = existed and customer.modified is not None and customer.modified >= just_before
        return Linked(customer=customer, existed=existed, changed=changed)

    async def update_customer(
        self,
        draft: CustomerDraft,
        *,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Customer:
        """Change only what the draft says, on the customer it names; NotFound when there is none. Safe to repeat."""
        number = number_of(draft.id, SYSTEM)
        form = change_form(draft) | {"customerId": number}
        try:
            return await self._change(form, priority, before_send)
        except Refused as error:
            # WORKAROUND: the schema asks for seven fields on an update as well, though the text says it is sparse.
            if error.status != 400:
                raise
            customer = await self.find_customer(str(number), priority=priority)
            if customer is None or present_form(customer).keys() <= form.keys():
                raise
            return await self._change(present_form(customer) | form, priority, before_send)

    async def _change(self, form: Mapping[str, object], priority: Priority, before_send: BeforeSend | None) -> Customer:
        answer = await self.http.write(
            "POST", calls.CUSTOMER_WRITE, json=form, priority=priority, before_send=before_send, again=True
        )
        return read_customer(answer.json())

    async def _search(self, form: Mapping[str, object], priority: Priority) -> list[Customer]:
        try:
            values = rows_in((await self.http.read("POST", calls.CUSTOMER_SEARCH, json=form, priority=priority)).json())
        except (NotFound, Misconfigured) as error:
            # The search is a preview that may go (vendor's OpenAPI file); nobody found is an empty list there.
            if isinstance(error, Misconfigured) and error.facts.get("status") != 405:
                raise
            values = await self._look_up(form, priority)
        found, _ = read_each(values, read_customer)
        return people(found)

    async def _look_up(self, form: Mapping[str, object], priority: Priority) -> Sequence[object]:
        """The one customer whom Dutchie takes for this person, or nobody."""
        try:
            answer = await self.http.read("POST", calls.CUSTOMER_LOOKUP, json=form, priority=priority)
        except NotFound:
            return ()
        body = answer.json()
        return () if body is None else (body,)

    # ── pull ──────────────────────────────────────────────────────────────────────────────────────────────

    def pull(self, resource: Resource, since: Cursor | None) -> AsyncIterator[Batch]:
        """What changed since a cursor; without one, everything there ever was.

        Customers come with archived, merged and anonymous ones, sales with returns and voids; stock, discounts, groups,
        staff and points always whole. Of a window that was broken off all is read again.
        """
        pull = pulls(self._puller).get(resource)
        if pull is None:
            raise not_offered(SYSTEM, resource.value)
        return pull(since)

    async def closing_report(self, start: datetime, end: datetime) -> ClosingReport:
        """What Dutchie's closing report adds up for this location.

        InputError for a stretch of twelve hours or less, or of more than 31 days.
        """
        if not SHORTEST_REPORT < end - start <= LONGEST_REPORT:
            raise InputError(
                "Dutchie's closing report covers more than 12 hours and at most 31 days.",
                "Ask for one day, or for several stretches one after the other.",
                field="to",
            )
        answer = await self.http.read(
            "GET",
            calls.CLOSING_REPORT,
            params=calls.between(calls.REPORTED, start, end),
            priority=Priority.BACKGROUND,
            deadlines=BATCH,
        )
        return read_closing_report(plain(answer.body, SYSTEM), start, end)
