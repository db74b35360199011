"""Show a shopper's whole number, which is masked everywhere else; to whom the store lets, and written down."""

from __future__ import annotations

from budtender.cache import audit, personas
from budtender.cache.rows import to_ms
from budtender.errors import NoShopper, NotAllowed
from budtender.model import Actor, Role
from budtender.phone import in_full
from budtender.register import Register
from budtender.settings import REGISTER_NAME, REVEAL_ROLE


async def reveal(
    register: Register,
    persona_id: int,
    acting: Actor,
    *,
    pin: str | None = None,
    approver: str | None = None,
    master_for: str | None = None,
    reason: str = "",
) -> str:
    """The number as people write it, `(303) 555-0142`; who saw it and who allowed it go into the audit log first.

    With `pin` somebody whose role reaches far enough allows it to a person whose does not; `approver` names whose PIN
    it is, `reason` is why it was used. Raises NotAllowed, NoShopper without a number, and what approving raises.
    """
    needs = Role(register.settings.get(REVEAL_ROLE))
    allowed = acting.name
    if acting.role.rank < needs.rank:
        if pin is None:
            raise NotAllowed(
                f"The whole number is shown to the role {needs} and above.",
                "Ask one of them to type their PIN.",
                code="role_too_low",
                needs=needs.value,
                role=acting.role.value,
            )
        facts = {"for": "reveal", "persona": persona_id, "reason": reason}
        approved = await register.pins.approve(
            pin, at_least=needs, approver=approver, acting=acting.name, facts=facts, master_for=master_for
        )
        allowed = approved.name
    known = register.db.read(lambda c: personas.get(c, persona_id))
    if known.phone is None:
        raise NoShopper("AIQ has no mobile number for this shopper.", "There is nothing to show.", code="no_mobile")
    at = to_ms(register.clock.now())
    said = {"persona": persona_id, "allowed_by": allowed, "register": register.settings.get(REGISTER_NAME)}
    await register.db.write(lambda c: audit.append(c, at=at, kind="number shown", staff=acting.name, facts=said))
    return in_full(known.phone)
