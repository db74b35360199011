"""Switching what cannot be taken back: how many it reaches is shown first, and the store's name typed."""

from __future__ import annotations

from datetime import date

from budtender.cache import books
from budtender.connectors import CONNECTORS
from budtender.errors import InputError
from budtender.model import Actor, Value
from budtender.register import Register
from budtender.settings import (
    DOUBLE_OPT_IN_AFTER,
    ENROL_AFTER,
    LAST_BACKUP,
    POINTS_IMPORTED_ON,
    STORE_NAME,
    checked,
    find,
    words_in,
)
from budtender.sync import points_import, reaching

_REACHING = frozenset({ENROL_AFTER.key, DOUBLE_OPT_IN_AFTER.key})
SWITCHING = "yes"


class Preview(Value, frozen=True, kw_only=True):
    """What a change of a setting means before it is made.

    `touched` is how many shoppers it reaches, where it reaches any. `confirm` is what has to be typed for it to be
    made; nothing for most settings.
    """

    key: str
    value: str
    told: tuple[str, ...] = ()
    touched: int | None = None
    confirm: str = ""


async def preview(register: Register, key: str, value: str) -> Preview:
    """Look at a change without making it. Raises SettingError for what the setting does not take."""
    setting = find(key)
    text = checked(setting, value)
    new, old = setting.read(text), register.settings.get(setting)
    if new == old:
        return Preview(key=key, value=text)
    if key in _REACHING:
        return await _reaching(register, key, text, new)
    if key == LAST_BACKUP.key:
        return _frozen(key, text, words_in(new) - words_in(old))
    if key == POINTS_IMPORTED_ON.key and new is not None:
        start = points_import.accrual_start(new)
        told = (
            f"The till's points as of the end of {new} are given in AIQ once.",
            f"In AIQ set Settings → Loyalty → Points accrual start date to {start}.",
            "A later day loses points, an earlier one counts them twice.",
            "Set this on one register only.",
        )
        return Preview(key=key, value=text, told=told)
    return Preview(key=key, value=text, told=(setting.warning,) if setting.warning and new != setting.default else ())


async def _reaching(register: Register, key: str, text: str, new: date | None) -> Preview:
    setting, confirm = find(key), _store(register)
    if new is None:
        return Preview(key=key, value=text, told=(setting.warning,), confirm=confirm)
    touched = len(await reaching.reached_by(register, key, new))
    acts = reaching.acts_from(register.clock.now())
    told = (
        f"By what is known now this reaches {touched:,} shoppers, and whoever buys from now on.",
        f"It takes 24 hours to act: nothing happens before {acts:%b} {acts.day}, {acts:%H:%M} UTC.",
        "Set this on one register only.",
    )
    return Preview(key=key, value=text, told=told, touched=touched, confirm=confirm)


def _frozen(key: str, text: str, added: frozenset[str]) -> Preview:
    unknown = added - set(CONNECTORS)
    if unknown:
        named = min(unknown)
        raise InputError(
            f"There is no kind of till “{named}”.",
            f"Choose of: {', '.join(CONNECTORS)}",
            field="value",
            code="till_kind_unknown",
            named=named,
        )
    if not added:
        return Preview(key=key, value=text)
    told = (f"Are you switching away from {', '.join(sorted(added))} and keeping the old data? It is asked no more.",)
    return Preview(key=key, value=text, told=told, confirm=SWITCHING)


def _store(register: Register) -> str:
    named = register.settings.get(STORE_NAME)
    tills = [one.name for one in register.db.read(books.connections) if one.system in CONNECTORS]
    return named or next(iter(tills), "yes")


async def confirmed_or_refused(register: Register, key: str, value: str, confirmed: str) -> Preview:
    """The preview of a change. Raises InputError, which says whom it reaches, until what is asked for was typed."""
    seen = await preview(register, key, value)
    if seen.confirm and confirmed.strip().casefold() != seen.confirm.casefold():
        raise InputError(
            " ".join(seen.told),
            f'To go on, add: --confirm "{seen.confirm}"',
            field="confirm",
            code="confirm_missing",
            touched=seen.touched,
            confirm=seen.confirm,
        )
    return seen


async def change(register: Register, key: str, value: str, acting: Actor, *, confirmed: str = "") -> Preview:
    """Change a setting, once what is asked for was typed. Raises as `confirmed_or_refused`."""
    seen = await confirmed_or_refused(register, key, value, confirmed)
    await register.change_setting(key, value, acting)
    return seen
