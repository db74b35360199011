"""One call to AIQ: the path's parts made safe, the envelope opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from budtender.connectors.aiq_options import LONGEST_WINDOW, AiqOptions
from budtender.connectors.aiq_wire import open_envelope
from budtender.connectors.call import BeforeSend
from budtender.connectors.http import BATCH, Deadlines, Http, Priority
from budtender.errors import InputError, SettingError
from budtender.model import Receipt


class Calls:
    """What the words of AIQ's interface share: the door to the network, the account number, the site's options."""

    def __init__(self, http: Http, uid: str, *, options: AiqOptions | None = None) -> None:
        if not (uid.isascii() and uid.isdigit()):
            raise SettingError(
                "The AIQ account number has digits only.", "Copy it from AIQ's settings.", field="uid", code="uid_shape"
            )
        self.http = http
        self.uid = uid
        self.options = options or AiqOptions()

    async def read(
        self,
        method: str,
        path: str,
        *,
        priority: Priority,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        deadlines: Deadlines | None = None,
    ) -> object | None:
        """The `data` of an answer; repeated by itself when that may help."""
        answer = await self.http.read(method, path, params=params, json=json, priority=priority, deadlines=deadlines)
        return open_envelope(answer.json())

    async def write(
        self,
        method: str,
        path: str,
        *,
        priority: Priority,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        deadlines: Deadlines | None = None,
        before_send: BeforeSend | None = None,
        again: bool = False,
    ) -> object | None:
        """The `data` of an answer to a write; an empty body means done. `again` marks a write that is safe twice."""
        answer = await self.http.write(
            method,
            path,
            params=params,
            json=json,
            priority=priority,
            deadlines=deadlines,
            before_send=before_send,
            again=again,
        )
        body = answer.json()
        return None if body is None else open_envelope(body)

    def window(self, word: str, start: datetime, end: datetime) -> str:
        """The path of an account-wide window; InputError when it is not between nothing and LONGEST_WINDOW long."""
        if not timedelta(0) <= end - start <= LONGEST_WINDOW:
            raise InputError(
                "AIQ is asked for at most a day at once.", "Choose a shorter time.", field="end", code="window_too_long"
            )
        return f"/api/v1.1/{word}/{self.uid}/{seconds(start)}/{seconds(end)}"


def in_one_piece(priority: Priority) -> Deadlines | None:
    """How long a whole window or catalogue is waited for: AIQ has taken 20 s for one, which only a till cannot wait."""
    return BATCH if priority is Priority.BACKGROUND else None


def segment(text: str) -> str:
    """One part of a path, percent-encoded; InputError for what would be another path."""
    if any(part.strip() in ("", ".", "..") for part in text.split("/")):
        raise InputError("An AIQ id is missing.", "Look the shopper up again.", field="id", code="id_missing")
    return quote(text, safe="")


def seconds(when: datetime) -> int:
    """Epoch seconds of an aware time."""
    return int(when.timestamp())


def receipt(data: object | None, remote_id: str | None = None) -> Receipt:
    """What AIQ answered to a write, kept raw because the shape is not public."""
    if data is None:
        return Receipt(remote_id=remote_id)
    return Receipt(remote_id=remote_id, raw=data if isinstance(data, dict) else {"data": data})
