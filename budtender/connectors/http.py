"""The one door to the network: deadlines, limits, retries of reads, and every failure translated once.

httpx has no total deadline, no limit on an answer's size and no strict parser, so these are added here. What it
logs is turned off: its lines hold addresses, and addresses hold phone numbers. It is loaded with the first call,
with what it needs: it takes a fifth of a second, and what the counter asks is mostly answered from the cache.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from budtender.connectors.address import allowed_url, checked_base, target
from budtender.connectors.answer import BATCH, TILL, Answer, Deadlines, go_on
from budtender.connectors.body import LARGEST_BODY, BodyTooLarge, BodyUnusable, read_body
from budtender.connectors.breaker import Breaker
from budtender.connectors.call import BeforeSend, Call
from budtender.connectors.far_clock import FarClock
from budtender.connectors.limiter import Limiter, LimiterBusy, Priority, Window
from budtender.connectors.network import has_no_network, is_about_tls
from budtender.connectors.retry import TRIES, RetryBudget, backoff
from budtender.connectors.sentences import (
    Reason,
    connecting,
    display_name,
    not_understood,
    resting,
    too_busy,
    unreachable,
)
from budtender.connectors.verdict import allowed_per_minute, is_html, judge
from budtender.errors import Misconfigured, RateLimited, RemoteError, Unreachable
from budtender.lean import without

if TYPE_CHECKING:
    import httpx

__all__ = ["BATCH", "TILL", "Answer", "Deadlines", "Http", "Priority", "allowed_url", "load"]

USER_AGENT = "Budtender/0.1.0 (+desktop register companion)"

#: Of an answer that reports a failure no more than this is read.
_LARGEST_COMPLAINT = 64 * 1024

#: Reasons for which another try within seconds can help.
_PASSING = frozenset({Reason.CONNECTION, Reason.SILENCE, Reason.LOST, Reason.SERVER})

# Points and prices are numbers in every API spoken here; text in their place is refused by AIQ.
_encode = msgspec.json.Encoder(decimal_format="number").encode

#: How many bytes an answer is read in. Every piece goes through six layers, and httpcore's own is a quarter of what
#: the loop hands over at once.
_PIECE = 256 * 1024

logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)


class Http:
    """Requests to one remote system, with one credential; belongs to the loop it is first used on.

    Raises Unreachable, RateLimited, Refused, NotFound, Misconfigured and ProtocolError, and nothing else of its own.
    A call takes no longer than its total deadline, waits included, and starts no try that could not read for its
    full time. After five failures in a row, or ten of the last twenty, the system is left alone for a while.
    """

    def __init__(
        self,
        *,
        system: str,
        base_url: str,
        headers: Mapping[str, str],
        limiter: Limiter | None = None,
        endpoints: Mapping[str, Sequence[Window]] | None = None,
        deadlines: Deadlines = TILL,
        clock: Callable[[], float] = time.monotonic,
        far_clock: FarClock | None = None,
    ) -> None:
        """`headers` carry the key; paths among `endpoints` have windows of their own, all others share the key's.

        Misconfigured when the address is not encrypted (unless it is this machine) or a header cannot be sent.
        """
        self.system = system
        self._far_clock = far_clock or FarClock()
        self._base_url = checked_base(system, base_url)
        self._limiter = limiter
        self._endpoints = dict(endpoints or {})
        self._deadlines = deadlines
        self._breaker = Breaker(clock)
        self._budget = RetryBudget(clock)
        self._last_reason = Reason.CONNECTION
        self._limited = 0
        self._headers = {
            "User-Agent": USER_AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            **_sendable(system, headers),
        }

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        import httpx
        import truststore

        return httpx.AsyncClient(
            headers=self._headers,
            verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            trust_env=False,
            follow_redirects=False,
        )

    @property
    def clock_offset(self) -> float:
        """Seconds that the far side's clock is ahead of this machine's, 0.0 as long as no answer told."""
        return self._far_clock.ahead

    @clock_offset.setter
    def clock_offset(self, seconds: float) -> None:
        self._far_clock.ahead = seconds

    @property
    def base_url(self) -> str:
        """The address that every request goes below; a redemption address on another host is refused."""
        return self._base_url

    async def read(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        priority: Priority = Priority.COUNTER,
        deadlines: Deadlines | None = None,
        again: bool = True,
        largest: int = LARGEST_BODY,
    ) -> Answer:
        """The 2xx answer to a request that changes nothing; tried up to three times while the deadline lasts.

        Without `again` it is tried once, for what the vendor lets be asked for once in a while. `largest` is how many
        bytes an answer may have, for lists that come in one piece.
        """
        await _loaded()
        call = Call(
            self._request(method, path, params, json, headers),
            limiter=self._limiter_of(path),
            priority=priority,
            deadlines=deadlines or self._deadlines,
            is_write=False,
            repeats=again,
            largest=largest,
        )
        return await self._answer(call)

    async def write(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        priority: Priority = Priority.COUNTER,
        deadlines: Deadlines | None = None,
        before_send: BeforeSend | None = None,
        again: bool = False,
    ) -> Answer:
        """The 2xx answer to a request that changes something; sent once, or like a read when `again` says so.

        `before_send` is awaited once, when the limits are passed and the connection stands, right before the first
        byte leaves; when it raises, nothing is sent. `again` is only for what the vendor documents as an upsert.
        """
        await _loaded()
        call = Call(
            self._request(method, path, params, json, headers),
            limiter=self._limiter_of(path),
            priority=priority,
            deadlines=deadlines or self._deadlines,
            is_write=True,
            repeats=again,
            before_send=before_send,
        )
        return await self._answer(call)

    def _limiter_of(self, path: str) -> Limiter | None:
        if self._limiter is None or path not in self._endpoints:
            return self._limiter
        return self._limiter.part(path, self._endpoints[path])

    async def aclose(self) -> None:
        """Close the connections."""
        if "_client" in vars(self):
            await self._client.aclose()

    def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        json: Any,
        headers: Mapping[str, str] | None,
    ) -> Callable[[], httpx.Request]:
        import httpx

        url = httpx.URL(target(self.system, self._base_url, path))
        if given := {name: value for name, value in (params or {}).items() if value is not None}:
            url = url.copy_merge_params(given)
        content = None if json is None else _encode(json)
        sent_headers = dict(headers or {})
        if content is not None:
            sent_headers["Content-Type"] = "application/json"
        # Made now: the first takes a fifth of a second, in which a slot of the limiter's would go stale.
        client = self._client
        return lambda: client.build_request(method, url, content=content, headers=sent_headers)

    async def _answer(self, call: Call) -> Answer:
        import stamina

        self._budget.note_call()
        async for attempt in stamina.retry_context(
            on=lambda error: self._pause_after(call, error), attempts=TRIES, timeout=None
        ):
            with attempt:
                return await self._try(call)
        raise AssertionError("the last try either returns or raises")

    def _pause_after(self, call: Call, error: Exception) -> float | bool:
        """How long to wait before `call` is tried again after `error`; False when it is not."""
        if not call.repeats or call.tries >= TRIES:
            return False
        if isinstance(error, RateLimited) and "status" in error.facts:
            wait = error.retry_after
        elif isinstance(error, Unreachable) and error.facts["reason"] in _PASSING:
            wait = error.facts.get("retry_after") or backoff(call.tries - 1)
        else:
            return False
        return wait if wait < call.room and self._budget.take() else False

    async def _try(self, call: Call) -> Answer:
        call.tries += 1
        async with self._passage(call):
            answer = await self._exchange(call)
            failure = judge(answer, is_write=call.is_write, limited=self._limited)
            if isinstance(failure, RateLimited):
                self._limited += 1
                if call.limiter is not None:
                    if (allowed := allowed_per_minute(answer)) is not None:
                        call.limiter.learn(allowed, 60.0)
                    await call.limiter.hold(failure.retry_after)
            else:
                self._limited = 0
            if failure is not None:
                raise failure
            return answer

    @asynccontextmanager
    async def _passage(self, call: Call) -> AsyncIterator[None]:
        """Past the breaker and the limiter; the breaker learns what came of it."""
        if wait := self._breaker.admit():
            raise resting(self.system, self._last_reason, wait)
        tell = self._breaker.left
        try:
            await call.pass_limiter()
            yield
            tell = self._breaker.reached
            self._heard(None)
        except LimiterBusy as busy:
            raise too_busy(self.system, busy.wait) from busy
        except Unreachable as error:
            self._last_reason = Reason(error.facts["reason"])
            tell = self._breaker.missed
            self._heard(error)
            raise
        except RemoteError as error:
            tell = self._breaker.reached
            self._heard(error)
            raise
        finally:
            tell()

    def _heard(self, failure: RemoteError | None) -> None:
        if self._limiter is not None:
            self._limiter.heard(failure)

    async def _exchange(self, call: Call) -> Answer:
        """One request and its answer, whatever its status."""
        import httpx

        try:
            async with asyncio.timeout_at(call.ends) as deadline:
                response = await self._open(call)
                try:
                    return await self._received(response, call)
                finally:
                    await response.aclose()
        except httpx.TransportError as error:
            reason = _reason(error)
            sent = call.sent or not _never_sent(error)
            network = True if has_no_network(error) else None
            raise unreachable(self.system, reason, sent=sent, is_write=call.is_write, network=network) from error
        except TimeoutError as error:
            if not deadline.expired():
                raise
            raise unreachable(self.system, Reason.SILENCE, sent=call.sent, is_write=call.is_write) from error

    async def _open(self, call: Call) -> httpx.Response:
        if self._client.is_closed:  # the connection was ended meanwhile, or its key renewed
            raise unreachable(self.system, Reason.CONNECTION, sent=False, is_write=call.is_write)
        request = call.request()
        request.extensions = {"timeout": call.timeout, "trace": call.trace}
        try:
            return await self._client.send(request, stream=True)
        except asyncio.CancelledError:
            await call.drop_handshake()
            raise

    async def _received(self, response: httpx.Response, call: Call) -> Answer:
        import httpx

        headers = dict(response.headers)
        self._far_clock.note(headers)
        body = b""
        if not response.is_success:
            # The status has said it all: what comes after it may be cut, huge or garbled.
            with suppress(httpx.TransportError, BodyUnusable):
                body = await read_body(response.aiter_raw(), headers.get("content-encoding", ""), _LARGEST_COMPLAINT)
        elif not is_html(headers):
            body = await self._whole_body(response, headers, call)
        aside = self._limiter.aside if self._limiter is not None else go_on
        return Answer(response.status_code, headers, body, self.system, aside)

    async def _whole_body(self, response: httpx.Response, headers: Mapping[str, str], call: Call) -> bytes:
        import httpx

        try:
            return await read_body(response.aiter_raw(), headers.get("content-encoding", ""), call.largest)
        except BodyTooLarge as error:
            raise not_understood(self.system, str(error), too_large=True) from error
        except BodyUnusable as error:
            raise not_understood(self.system, str(error)) from error
        except (httpx.ReadError, httpx.RemoteProtocolError) as error:
            if not call.is_write:
                raise  # a connection that was lost, and another try may do
            raise not_understood(self.system, "cut short") from error


async def _loaded() -> None:
    """Load the transport with the first call, beside the loop, and on nobody's deadline."""
    if not load.cache_info().currsize:
        await asyncio.to_thread(load)


@cache
def load() -> None:
    """Load the transport now, for whoever has the time."""
    with without("click"), without("rich"):
        import httpcore
        import httpx  # noqa: F401
        import stamina.instrumentation
        import truststore  # noqa: F401

    httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = _PIECE
    stamina.instrumentation.set_on_retry_hooks([])


def _sendable(system: str, headers: Mapping[str, str]) -> Mapping[str, str]:
    for value in headers.values():
        if not value.isascii() or not value.isprintable():
            raise Misconfigured(
                f"The key for {display_name(system)} holds characters that no key has.",
                f"Copy the key again: {connecting(system)}",
                system=system,
                code="key_shape",
            )
    return headers


def _never_sent(error: httpx.TransportError) -> bool:
    """Whether it is what httpx raises only before a connection is there."""
    import httpx

    return isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol))


def _reason(error: httpx.TransportError) -> Reason:
    import httpx

    if isinstance(error, httpx.ConnectError):
        return Reason.SECURE if is_about_tls(error) else Reason.CONNECTION
    if _never_sent(error):
        return Reason.CONNECTION
    return Reason.SILENCE if isinstance(error, httpx.TimeoutException) else Reason.LOST
