"""What a manager has set up: stores, rewards with their twins in the till, settings that weaken safety."""

from __future__ import annotations

from budtender.backoffice import rewards, stores
from budtender.backoffice.stores import Arrival
from budtender.doctor.check import Check
from budtender.register import Register
from budtender.settings import OFFLINE_REDEEM, TEXT_CODE, in_text


async def mapped_stores(register: Register) -> list[Check]:
    """Keys whose sales count for no store, and keys whose data does not arrive."""
    rows = stores.listing(register)
    if not rows:
        return []
    bare = [row.credential for row in rows if row.store is None and row.sold]  # AIQ maps a key after its first sale
    late = [row.credential for row in rows if row.arrival is Arrival.LATE]
    told = [*(f"“{name}” is unmapped" for name in bare), *(f"“{name}” is late" for name in late)]
    if not told:
        mapped = sum(row.store is not None for row in rows)
        rest = "" if mapped == len(rows) else ", none of the others has sold"
        return [Check(name="stores", ok=True, detail=f"{mapped} of {len(rows)} keys mapped{rest}")]
    hint = (
        "A manager maps it: budtender stores map KEY STORE, and in AIQ: Settings → Retail Store."
        if bare
        else "AIQ shows nothing of it after a day: check its integration card there, then ask AIQ Support."
    )
    return [Check(name="stores", ok=False, detail="; ".join(told), hint=hint)]


async def reward_links(register: Register) -> list[Check]:
    """Rewards whose twin in the till is not as it has to be, as of the last check."""
    rows = rewards.links(register)
    if not rows:
        return []
    broken = [row for row in rows if row.state not in rewards.FINE]
    when = f"checked {rows[0].checked:%b} {rows[0].checked.day}"
    if not broken:
        return [Check(name="links", ok=True, detail=f"{len(rows)} rewards linked, {when}")]
    told = "; ".join(f"{row.reward_id} at “{row.store}”: {row.state.value}" for row in broken[:10])
    more = f" and {len(broken) - 10} more" if len(broken) > 10 else ""
    hint = "A manager mends them: budtender links list"
    return [Check(name="links", ok=False, detail=f"{told}{more}, {when}", hint=hint)]


async def weaker_settings(register: Register) -> list[Check]:
    """Settings under which points can be lost: chosen by a manager, and worth knowing while they are."""
    weaker = [setting for setting in (TEXT_CODE, OFFLINE_REDEEM) if register.settings.get(setting) != setting.default]
    if not weaker:
        return [Check(name="settings", ok=True, detail="none that weakens safety")]
    return [
        Check(
            name=f"setting {setting.key}",
            ok=False,
            detail=f"“{setting.title}” is {in_text(not setting.default)}. {setting.warning}",
            hint=f"If that is not meant: budtender settings set {setting.key} {in_text(setting.default)}",
        )
        for setting in weaker
    ]
