"""A persona's wallet: the texted code in front of it, the rewards in it, and the one way to spend them."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlsplit, urlunsplit

from budtender.connectors.aiq_calls import Calls, in_one_piece, receipt
from budtender.connectors.aiq_forms import code_form, phone_form
from budtender.connectors.aiq_wire import SYSTEM, read_redemptions, read_wallet
from budtender.connectors.call import BeforeSend
from budtender.connectors.http import Priority, allowed_url
from budtender.connectors.sentences import not_understood
from budtender.errors import CodeRefused, Misconfigured, NotFound, Refused
from budtender.model import Receipt, RedemptionRow, Wallet


class Wallets(Calls):
    """Wallet and redemption (AIQ enhanced and loyalty e-commerce articles; code calls seen in clients in use)."""

    async def send_code(self, phone: str, *, priority: Priority = Priority.COUNTER) -> None:
        """Have AIQ text a code to this phone; never repeated by itself, since each one is a paid text.

        Raises NotFound when AIQ does not know the phone, which it reports as 400 or 404.
        """
        form = {"phone": phone_form(phone)}
        try:
            await self.write("POST", "/api/v2/verify/contact/wallet", json=form, priority=priority)
        except Refused as error:
            if error.status != 400:
                raise
            raise NotFound(
                "AIQ does not know this number.", "Sign the shopper up first.", system=SYSTEM, code="number_unknown"
            ) from error

    async def open_wallet(self, phone: str, code: str, *, priority: Priority = Priority.COUNTER) -> Wallet:
        """The wallet in exchange for the code; never repeated by itself, since it may use the code up.

        Raises CodeRefused when AIQ does not take the code: which 4xx it answers is not public, so any but those
        for a wrong key (on record as 403) or route and for too many calls means that.
        """
        form = {"phone": phone_form(phone), "code": code_form(code)}
        try:
            data = await self.write("POST", "/api/v2/view/contact/wallet", json=form, priority=priority)
        except (Refused, NotFound, Misconfigured) as error:
            if isinstance(error, Misconfigured) and error.facts.get("status") != 401:
                raise
            raise CodeRefused(
                "That code is not right, or no longer valid.", "Ask for a new code.", code="code_wrong"
            ) from error
        wallet = read_wallet(data)
        if wallet is None:
            raise not_understood(SYSTEM, "the code was taken and no wallet came")
        return wallet

    async def wallet(self, phone: str, *, badges: bool = False, priority: Priority = Priority.COUNTER) -> Wallet | None:
        """The wallet without a code, or None for somebody who is no member.

        `phone` is the persona's mobile number. Badges are costly by the vendor's own warning. Raises ProtocolError
        for a balance that cannot be read.
        """
        try:
            data = await self.read(
                "POST",
                "/api/v2/wallet",
                params={"badges": "true"} if badges else None,
                json={"phone": phone_form(phone)},
                priority=priority,
            )
        except NotFound:
            return None
        except Refused as error:
            if error.status != 400:
                raise
            return None
        return read_wallet(data)

    async def redeem(
        self,
        url: str,
        *,
        transaction_id: str | None = None,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Receipt:
        """Take a reward's points, at once and for good, by its address from a wallet read in this visit.

        `transaction_id` is put at the end of the address, as AIQ tells native tills to, without a sample; the address
        as it is is the documented form of web shops and certainly exists.

        Never repeated by itself: nothing tells AIQ that a second request is the same one. Raises Misconfigured
        before anything is sent when the address is not on the configured host, which would give the key away.
        """
        if not allowed_url(self.http.base_url, url):
            raise Misconfigured(
                "This reward's address is not AIQ's own, so nothing was sent.",
                "Do not use this reward, and tell AIQ's support about it.",
                system=SYSTEM,
                code="foreign_address",
            )
        if transaction_id:
            url = _with_transaction(url, transaction_id)
        return receipt(await self.write("PUT", url, priority=priority, before_send=before_send))

    async def redemptions(
        self, start: datetime, end: datetime, *, priority: Priority = Priority.BACKGROUND
    ) -> list[RedemptionRow]:
        """Every redemption of the account in a window of at most a day, unpaged; what a row does not tell is None."""
        path, wait = self.window("redemptions", start, end), in_one_piece(priority)
        return read_redemptions(await self.read("GET", path, priority=priority, deadlines=wait))


def _with_transaction(url: str, transaction_id: str) -> str:
    """The address with the till's transaction id as its last part."""
    parts = urlsplit(url)
    path = f"{parts.path.rstrip('/')}/{quote(transaction_id, safe='')}"
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
