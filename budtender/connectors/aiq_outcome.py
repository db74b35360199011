"""What became of rows that were sent to AIQ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from budtender.connectors.aiq_forms import Form
from budtender.errors import InputError, NotFound, Refused, RemoteError
from budtender.model import Value

T = TypeVar("T")


class Refusal(Value, frozen=True, kw_only=True):
    """A row that AIQ did not take, by its key, and why in one sentence; `unsent` where it was not even asked."""

    key: str
    reason: str
    unsent: bool = False


class Upserted(Value, frozen=True, kw_only=True):
    """What became of a bulk upsert: `refused` rows have to be mended, those `later` can be sent again as they are.

    `contacts` has AIQ's contact id of each persona by its key, as far as the answer said it.
    """

    accepted: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    later: tuple[Refusal, ...] = ()
    contacts: Mapping[str, str] = {}


class Outcome:
    """The rows of one upsert, filed under what became of them as it goes."""

    def __init__(self) -> None:
        self._accepted: list[str] = []
        self._refused: list[Refusal] = []
        self._later: list[Refusal] = []
        self._contacts: dict[str, str] = {}

    def checked(self, rows: Iterable[T], key: Callable[[T], str], form: Callable[[T], Form]) -> list[tuple[str, Form]]:
        """The rows as forms; those that must not be sent are refused here."""
        forms = []
        for row in rows:
            try:
                forms.append((key(row), form(row)))
            except InputError as error:
                self._refused.append(Refusal(key=key(row), reason=error.title, unsent=True))
        return forms

    def took(self, rows: Iterable[tuple[str, Form]]) -> None:
        """AIQ has these."""
        self._accepted.extend(key for key, _ in rows)

    def named(self, key: str, contact_id: str | None) -> None:
        """AIQ knows this persona by that contact id; None where it did not say."""
        if contact_id:
            self._contacts[key] = contact_id

    def failed(self, rows: Iterable[tuple[str, Form]], error: RemoteError) -> None:
        """Files rows under what their failure means."""
        final = isinstance(error, Refused | NotFound)
        status = f" (HTTP {error.status})." if isinstance(error, Refused) else "."
        reason = error.title.removesuffix(".") + status
        (self._refused if final else self._later).extend(Refusal(key=key, reason=reason) for key, _ in rows)

    def done(self) -> Upserted:
        """All of it."""
        return Upserted(
            accepted=tuple(self._accepted),
            refused=tuple(self._refused),
            later=tuple(self._later),
            contacts=self._contacts,
        )
