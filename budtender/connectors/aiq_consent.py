"""Joining and leaving: sign-up, opt-in, opt-out. Who may be opted in is decided before, by a consent record."""

from __future__ import annotations

from urllib.parse import quote

from budtender.connectors.aiq_calls import Calls, receipt
from budtender.connectors.aiq_forms import email_form, phone_form, sign_up_form
from budtender.connectors.aiq_wire import read_contact_id
from budtender.connectors.call import BeforeSend
from budtender.connectors.http import Priority
from budtender.model import Receipt, SignUp


class Consents(Calls):
    """Consent calls (behavior from AIQ's personas endpoints article, paths seen in clients in use)."""

    async def sign_up(
        self,
        person: SignUp,
        *,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> str | None:
        """Create a persona at once; the contact id, or None when AIQ has not said it yet.

        May text the shopper, so it is never repeated by itself: search first. Raises PhoneError for a number that
        AIQ would blank.
        """
        form = sign_up_form(person, self.options)
        data = await self.write("POST", "/api/v2/loyalty", json=form, priority=priority, before_send=before_send)
        return read_contact_id(data)

    async def opt_in(
        self,
        phone: str,
        *,
        double_opt: bool = True,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Receipt:
        """Ask for texts; with `double_opt` AIQ asks the shopper back by text and so it is not repeated by itself.

        Does not create a persona, and does not bring back a number that opted out itself.
        """
        params = {"doubleOpt": "true"} if double_opt else {}
        if self.options.opt_in_loyalty is not None:
            params["loyalty"] = str(self.options.opt_in_loyalty).lower()
        path = f"/api/v2/optin/text/{phone_form(phone)}/true"
        return receipt(
            await self.write(
                "PUT", path, params=params, priority=priority, before_send=before_send, again=not double_opt
            )
        )

    async def opt_out(
        self, phone: str, *, priority: Priority = Priority.COUNTER, before_send: BeforeSend | None = None
    ) -> Receipt:
        """Stop texts to this phone; always allowed, and safe to repeat."""
        path = f"/api/v2/optin/text/{phone_form(phone)}/false"
        return receipt(await self.write("PUT", path, priority=priority, before_send=before_send, again=True))

    async def opt_email(
        self,
        email: str,
        wanted: bool,
        *,
        priority: Priority = Priority.COUNTER,
        before_send: BeforeSend | None = None,
    ) -> Receipt:
        """Say whether e-mail is wanted at this address; safe to repeat."""
        path = f"/api/v2/optin/email/{quote(email_form(email), safe='')}/{str(wanted).lower()}"
        return receipt(await self.write("PUT", path, priority=priority, before_send=before_send, again=True))
