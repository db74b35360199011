"""A till of one's own over REST: what is asked, page by page, as its description says."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from budtender.connectors.backwards import Page, Step, walk
from budtender.connectors.call import BeforeSend
from budtender.connectors.custom_mapping import Auth, Call, Entity, Paging, Source
from budtender.connectors.custom_record import is_null, within
from budtender.connectors.http import BATCH, Http, Priority
from budtender.connectors.limiter import Limiter
from budtender.connectors.sentences import not_understood
from budtender.errors import ProtocolError

SYSTEM = "custom"
_MOST_PAGES = 20_000


def connected(source: Source, auth: Auth, base_url: str, key: str, limiter: Limiter | None) -> Http:
    """The door to the till, with the key in the header that the description names."""
    basic = base64.b64encode(f"{auth.user}:{key}".encode()).decode()
    word = auth.form.replace("{key}", key).replace("{basic}", basic)
    return Http(system=SYSTEM, base_url=base_url, headers={auth.header: word}, limiter=limiter)


class Rest:
    """The calls of one till."""

    def __init__(self, http: Http, source: Source) -> None:
        self._http = http
        self._source = source

    async def rows(self, call: Call, filled: Mapping[str, str], priority: Priority) -> Sequence[Mapping[str, Any]]:
        """The rows of one call; one row where the answer holds a single one. NotFound where there are none."""
        answer = await self._http.read(
            "GET", _filled(call.path, filled, quoted=True), params=_query(call.query, filled), priority=priority
        )
        body = answer.json()
        found = within(body, call.rows)
        return [found] if isinstance(found, dict) else _rows(body, call.rows)

    async def send(
        self,
        method: str,
        path: str,
        filled: Mapping[str, str],
        body: object,
        *,
        priority: Priority,
        before_send: BeforeSend | None,
        again: bool,
    ) -> object:
        """The answer to a write; repeated by itself only where `again` says that it may be."""
        answer = await self._http.write(
            method,
            _filled(path, filled, quoted=True),
            json=body,
            priority=priority,
            before_send=before_send,
            again=again,
        )
        found: object = answer.json()
        return found

    async def steps(
        self, entity: Entity, start: datetime, end: datetime, page: int = 0, mark: str = ""
    ) -> AsyncIterator[Step]:
        """A list of one window of time, the last page first where pages are counted."""
        window = {"from": self._time(start), "to": self._time(end)}
        if entity.paging.style in ("page", "offset"):
            async for step in self._counted(entity, window, page, mark):
                yield step
        else:
            async for step in self._followed(entity, window):
                yield step

    def _time(self, when: datetime) -> str:
        """A time in the description's own way."""
        if self._source.times == "epoch":
            return str(int(when.timestamp()))
        if self._source.times == "epoch_ms":
            return str(int(when.timestamp() * 1_000))
        if "%" in self._source.times:
            return when.astimezone(self._source.zone).strftime(self._source.times)
        return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"

    async def _counted(self, entity: Entity, window: Mapping[str, str], page: int, mark: str) -> AsyncIterator[Step]:
        async def read(number: int, size: int) -> Page:
            at = {"page": number - 1 + entity.paging.first, "offset": (number - 1) * size, "size": size}
            body = await self._body(entity.path, _query(entity.query, {**window, **_texts(at)}))
            return _page(body, entity, size)

        async for step in walk(read, entity.paging.size, page, mark, system=SYSTEM):
            yield step

    async def _followed(self, entity: Entity, window: Mapping[str, str]) -> AsyncIterator[Step]:
        """Pages that name the next one, by a token or by its address; or the one page there is."""
        filled = {**window, "size": str(entity.paging.size), "cursor": ""}
        path: str = entity.path
        query: Mapping[str, str] = _query(entity.query, filled)
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            body = await self._body(path, query)
            rows: list[object] = list(_rows(body, entity.rows))
            following = _following(body, entity.paging)
            if not rows and following in seen:
                # Some tills name a next page for ever, and behind the last row it is the page itself.
                following = ""
            yield Step(rows, 0 if not following else None, None, "")
            if not following:
                return
            if following in seen:
                raise not_understood(SYSTEM, "a list names a page as the next of itself", key=entity.paging.next)
            seen.add(following)
            if entity.paging.style == "link":
                path, query = self._below(following, path)
            else:
                query = _query(entity.query, {**filled, "cursor": following})
        raise not_understood(SYSTEM, "a list has no end", key=entity.paging.next)

    def _below(self, link: str, path: str) -> tuple[str, Mapping[str, str]]:
        """The path and query of an address, which may be relative to `path` and has to lie below the till's own."""
        base = urlsplit(self._http.base_url)
        parts = urlsplit(urljoin(f"{self._http.base_url.rstrip('/')}{path}", link))
        # Behind a proxy a till may think that it is spoken to in the clear; its scheme is not followed.
        below = f"{base.path.rstrip('/')}/"
        if parts.scheme not in ("http", "https") or parts.netloc != base.netloc or not parts.path.startswith(below):
            raise not_understood(SYSTEM, "the next page lies elsewhere", key="next")
        return parts.path.removeprefix(base.path.rstrip("/")), dict(parse_qsl(parts.query, keep_blank_values=True))

    async def _body(self, path: str, query: Mapping[str, str]) -> object:
        answer = await self._http.read("GET", path, params=query, priority=Priority.BACKGROUND, deadlines=BATCH)
        found: object = answer.json()
        return found


def one_row(body: object, where: str) -> Mapping[str, Any]:
    """The one row of an answer, under its path or as the answer itself."""
    for found in (within(body, where), body):
        if isinstance(found, dict):
            return found
    raise _no_list(where)


def _page(body: object, entity: Entity, size: int) -> Page:
    rows: list[object] = list(_rows(body, entity.rows))
    total = _count(body, entity.paging.total)
    pages = _count(body, entity.paging.pages)
    if pages is None and total is not None:
        pages = -(-total // size)
    if pages is not None and pages > _MOST_PAGES:
        raise not_understood(SYSTEM, "a list has more pages than can be", key=entity.paging.pages)
    return Page(rows, pages, total, f"{size}")


def _count(body: object, path: str) -> int | None:
    found = within(body, path) if path else None
    if isinstance(found, str) and found.isascii() and found.isdigit():
        found = int(found)
    return int(found) if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**31 else None


def _rows(body: object, where: str) -> Sequence[Mapping[str, Any]]:
    found = within(body, where)
    if found is None and is_null(body, where):
        return []
    if not isinstance(found, list):
        raise _no_list(where)
    return [row if isinstance(row, dict) else {"": row} for row in found]


def _no_list(where: str) -> ProtocolError:
    return not_understood(SYSTEM, f"there is no list at {where or 'the top'} of an answer", key=where)


def _following(body: object, paging: Paging) -> str:
    if paging.style not in ("cursor", "link"):
        return ""
    found = within(body, paging.next)
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _query(query: Mapping[str, str], filled: Mapping[str, str]) -> dict[str, str]:
    """The query filled in; a part whose only value is empty is left out."""
    texts = {name: _filled(value, filled) for name, value in query.items()}
    return {name: text for name, text in texts.items() if text}


def _filled(text: str, filled: Mapping[str, str], *, quoted: bool = False) -> str:
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", quote(value, safe="") if quoted else value)
    return text


def _texts(numbers: Mapping[str, int]) -> dict[str, str]:
    return {name: str(number) for name, number in numbers.items()}
