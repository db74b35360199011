"""Remote systems: one class each, leaves that know the model, the errors and the door to the network.

To add a till: a module with a class that fits `Pos`, one line in `CONNECTORS`. What it cannot do it leaves out of
`can`; shared code asks `can` and never the name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime
from typing import ClassVar, Protocol, Self
from uuid import UUID

from budtender.connectors.call import BeforeSend
from budtender.connectors.http import Priority
from budtender.connectors.limiter import Limiter, Window
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

__all__ = ["CONNECTORS", "Pos"]


class Pos(Protocol):
    """A till's interface, for one credential at one location.

    Raises RemoteErrors, and InputError for what the till would not take; nothing of its own. Asked for something that
    `can` does not name it raises Misconfigured and sends nothing.
    """

    name: ClassVar[str]
    #: Where the vendor serves it; a setting may say otherwise.
    base_url: ClassVar[str]
    can: ClassVar[frozenset[Can]]
    #: What the other half of a credential is called where a key may come in two; "" where it never does.
    second_key_is: ClassVar[str]
    #: What `details` are; "" where there are none.
    details_are: ClassVar[str]
    #: AIQ's word for it beside a persona, under Sourced from; "" where it has none.
    source_name: ClassVar[str]
    #: How long its data mostly takes to show in AIQ after it was connected.
    usual_hours: ClassVar[int]
    #: How often one credential may be used.
    windows: ClassVar[tuple[Window, ...]]

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
        """A till reached over the network.

        `second_key` is the other half of a two-part credential (an integrator's key or token, a user name).
        `location` chooses one of `locations` where a credential reaches several. `details` is what else the till has
        to be told, as `details_are` says.
        """
        ...

    @property
    def clock_offset(self) -> float:
        """How many seconds the far side's clock is ahead of this machine's; 0 where no answer told it yet."""
        ...

    async def locations(self) -> list[Location]:
        """The locations this credential reaches; one where the key says it, many where a facility is chosen."""
        ...

    async def check(self) -> list[Permission]:
        """What this credential may do, each with what to ask for when it may not."""
        ...

    def pull(self, resource: Resource, since: Cursor | None) -> AsyncIterator[Batch]:
        """What changed since a cursor, with the cursor that is true once a batch is stored; None is everything.

        `since` may stand in the middle of a pull that was broken off, even of a page: then that pull goes on. Rows
        may come twice, in any order, and are told apart by their ids; none may be left out. Tickets come whole, with
        their lines, anonymous, voided and returned ones included; customers with merged and archived ones, and with
        anonymous ones only where a ticket does not tell by itself that nobody is known to have bought. A POS discount
        names what the till links rewards by, as `can` says.
        """
        ...

    async def closing_report(self, start: datetime, end: datetime) -> ClosingReport:
        """What the vendor itself adds up for a stretch of time at this location (`Can.CLOSING_REPORT`).

        InputError for a stretch that the vendor does not report on.
        """
        ...

    async def find_by_phone(self, phone: str, *, priority: Priority = Priority.COUNTER) -> list[Customer]:
        """Customers whose number this is, without merged and anonymous ones."""
        ...

    async def find_customer(self, customer_id: str, *, priority: Priority = Priority.COUNTER) -> Customer | None:
        """One customer by the till's id."""
        ...

    async def create_customer(
        self,
        draft: CustomerDraft,
        *,
        installation_key: UUID,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Linked:
        """The customer for a shopper, existing or new; `before_send` is awaited right before a creation leaves.

        InputError names what this till needs and the draft lacks.
        """
        ...

    async def update_customer(
        self,
        draft: CustomerDraft,
        *,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Customer:
        """Change what the draft says on the customer it names."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


def _dutchie() -> type[Pos]:
    from budtender.connectors.dutchie import Dutchie

    return Dutchie


def _posabit() -> type[Pos]:
    from budtender.connectors.posabit import Posabit

    return Posabit


def _flourish() -> type[Pos]:
    from budtender.connectors.flourish import Flourish

    return Flourish


def _custom() -> type[Pos]:
    from budtender.connectors.custom import Custom

    return Custom


class _Tills(Mapping[str, "type[Pos]"]):
    """Loads a till's module when it is asked for: a store has one kind, and every command waits for what is loaded."""

    def __init__(self, loaders: Mapping[str, Callable[[], type[Pos]]]) -> None:
        self._loaders = loaders

    def __getitem__(self, name: str) -> type[Pos]:
        return self._loaders[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaders)

    def __len__(self) -> int:
        return len(self._loaders)


#: Every till by the name it has in settings and on the command line.
CONNECTORS: Mapping[str, type[Pos]] = _Tills(
    {"dutchie": _dutchie, "posabit": _posabit, "flourish": _flourish, "custom": _custom}
)
