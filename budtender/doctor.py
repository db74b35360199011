"""What may be wrong with this register, checked one by one; no shopper's data, so that the answer can be sent on."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import stat
import sys
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from budtender import __version__
from budtender.backoffice import rewards, stores
from budtender.backoffice.stores import Arrival
from budtender.cache import audit, books, calls, health, outbox, schema, unseen, unsent
from budtender.cache.books import Connected
from budtender.connectors import CONNECTORS
from budtender.connectors.limiter import AIQ_WINDOWS, Window
from budtender.connectors.sentences import display_name
from budtender.errors import Failure, NotConnected, RateLimited, Unreachable
from budtender.home import KEYRING_PATIENCE, read_side_file
from budtender.model import Intent, Kind, Permission, State, Value
from budtender.register import Register
from budtender.secrets import KeyringVault, Vault
from budtender.settings import OFFLINE_REDEEM, TEXT_CODE, in_text
from budtender.sync.scope import OUTSIDE

#: Less than this and a day's work may not fit.
LEAST_SPACE = 200 * 1024 * 1024
#: Further apart than this and the times on records and consents mislead.
LARGEST_SKEW = timedelta(minutes=2)
_SET_CLOCK = "Set this computer's clock, best by switching automatic time on."
#: A shopper who said stop must not be texted again; after this a person has to see to it.
OLDEST_STOP = timedelta(hours=24)
#: Below this share of an hour's calls the counter will soon wait.
LEAST_ROOM = 0.1


class Check(Value, frozen=True, kw_only=True):
    """One thing that was looked at. `away` marks trouble that is only a system out of reach."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    away: bool = False


async def examine(folder: Path, vault: Vault | None = None) -> list[Check]:
    """Check everything that can be checked, in the order in which things depend on each other.

    Raises nothing for what is wrong: a home that cannot be opened is a check like any other, and the checks that
    need it are then left out. Nothing is made: a folder that is no home yet stays as it is.
    """
    checks = [_disk("home", _folder, folder), _disk("disk", _space, folder), await _storage(vault), _versions()]
    try:
        if read_side_file(folder) is None:
            return checks
        register = await Register.open(folder, vault=vault)
    except Failure as failure:
        return [*checks, _failed("database", failure)]
    async with register:
        return checks + await _inside(register)


async def _inside(register: Register) -> list[Check]:
    """The checks of a home that is open; one that fails leaves the others to be made."""
    looks: dict[str, Callable[[Register], Awaitable[list[Check]]]] = {
        "database": _database,
        "audit log": _audit,
        "connections": _connections,
        "clock": _clock,
        "stores": _stores,
        "links": _links,
        "calls": _room,
        "outbox": _owed,
        "refused rows": _refused,
        "settings": _settings,
    }
    checks: list[Check] = []
    for name, look in looks.items():
        try:
            checks += await look(register)
        except Failure as failure:
            checks.append(_failed(name, failure))
    return checks


def _failed(name: str, failure: Failure) -> Check:
    return Check(
        name=name,
        ok=False,
        detail=failure.title,
        hint=failure.hint,
        away=isinstance(failure, Unreachable | RateLimited),
    )


def _disk(name: str, look: Callable[[Path], Check], folder: Path) -> Check:
    try:
        return look(folder)
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        hint = "Give this account the right to read and write there, or name another folder with --home."
        return Check(name=name, ok=False, detail=f"{folder}: {reason}", hint=hint)


# ── the machine ───────────────────────────────────────────────────────────────────────────────────────────


def _folder(folder: Path) -> Check:
    if not (folder / "home.json").exists():
        return Check(
            name="home",
            ok=False,
            detail=f"{folder} is no register yet.",
            hint="Connect AIQ to make it one (budtender connect aiq --uid UID), or name another with --home.",
        )
    if sys.platform != "win32":
        opened = [path.name for path in (folder, *folder.glob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]
        if opened:
            return Check(
                name="home",
                ok=False,
                detail=f"{folder}: other accounts may get at {', '.join(sorted(opened))}.",
                hint=f"Take their rights away: chmod -R go= '{folder}'",
            )
    if not os.access(folder, os.W_OK):
        return Check(
            name="home", ok=False, detail=f"{folder} is read-only.", hint="Give this account the right to write there."
        )
    return Check(name="home", ok=True, detail=f"{folder}, for this account only")


def _space(folder: Path) -> Check:
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    text = f"{free / 1024**3:.1f} GB free" if free >= 1024**3 else f"{free / 1024**2:.0f} MB free"
    if free < LEAST_SPACE:
        return Check(name="disk", ok=False, detail=text, hint="Free some space; a full disk saves nothing.")
    return Check(name="disk", ok=True, detail=text)


async def _storage(vault: Vault | None) -> Check:
    """The secure storage, with a round trip of a random value."""
    try:
        name = await asyncio.wait_for(asyncio.to_thread(_round_trip, vault), KEYRING_PATIENCE)
    except Failure as failure:
        return _failed("secure storage", failure)
    except TimeoutError:
        return Check(
            name="secure storage",
            ok=False,
            detail="The secure storage did not answer within a minute.",
            hint="Unlock it and start again.",
        )
    return Check(name="secure storage", ok=True, detail=f"{name}, a value was stored, read and deleted")


def _round_trip(vault: Vault | None) -> str:
    """Which store answers; not under the home's own name, so that it is told for a damaged home as well."""
    if vault is not None:
        return vault.name  # training: its keys are in memory
    keyring = KeyringVault.open(f"doctor {uuid.uuid4().hex}")
    keyring.prove()
    return keyring.name


def _versions() -> Check:
    parts = {"Budtender": __version__, "Python": platform.python_version(), **health.versions()}
    text = ", ".join(f"{name} {version}" for name, version in parts.items())
    return Check(name="versions", ok=True, detail=f"{text}, {platform.system()} {platform.release()}")


# ── the database ──────────────────────────────────────────────────────────────────────────────────────────


async def _database(register: Register) -> list[Check]:
    if wrong := await asyncio.to_thread(register.db.read, health.complaints):
        detail = f"The file is damaged: {'; '.join(wrong)}"
        hint = "End every Budtender on this folder, then a manager saves what can be read: budtender recover"
        return [Check(name="database", ok=False, detail=detail, hint=hint)]
    aside = sorted(path.name for path in register.folder.glob("budtender.damaged-*.db"))
    if aside:
        told = f"The file is whole; a damaged one was replaced by what could be read of it: {', '.join(aside)}"
        hint = "What was lost is in the audit log. Once nothing is missed, move that file away."
        return [Check(name="database", ok=False, detail=told, hint=hint)]
    size = (register.folder / "budtender.db").stat().st_size / 1024**2
    built = register.db.read(health.steps)
    detail = f"schema {built[-1]} of {schema.STEP_NAMES[-1]}, {size:.1f} MB, every page sealed and whole"
    return [Check(name="database", ok=True, detail=detail)]


async def _audit(register: Register) -> list[Check]:
    broken = await asyncio.to_thread(register.db.read, audit.first_break)
    if broken is not None:
        detail = f"The chain breaks at row {broken}: a row was changed, removed or put in between."
        hint = "Keep the folder as it is and find out who had access to it."
        return [Check(name="audit log", ok=False, detail=detail, hint=hint)]
    newest = register.db.read(lambda c: audit.latest(c, 1))
    rows = newest[0]["seq"] if newest else 0
    return [Check(name="audit log", ok=True, detail=f"{rows} rows, the chain is whole")]


# ── remote systems ────────────────────────────────────────────────────────────────────────────────────────


async def _connections(register: Register) -> list[Check]:
    connected = register.db.read(books.connections)
    checks = [await _connection(register, one) for one in connected]
    if all(one.system != "aiq" for one in connected):
        hint = "Connect it with: budtender connect aiq --uid UID"
        checks.insert(0, Check(name="aiq", ok=False, detail="AIQ is not connected yet.", hint=hint))
    return checks


async def _connection(register: Register, connected: Connected) -> Check:
    """Whether the system answers, takes the key and permits what the counter needs."""
    name = connected.system if connected.system == connected.name else f"{connected.system} {connected.name}"
    try:
        if connected.system == "aiq":
            stores = await register.aiq.prove()
            listed = f"{len(stores)} store{'' if len(stores) == 1 else 's'}"
            detail = f"account {connected.account} at {connected.base_url}: the key is accepted, {listed}"
            return Check(name=name, ok=True, detail=detail)
        permissions = await register.till(connected.name).check()
    except Failure as failure:
        if failure.code == "till_frozen":
            return Check(name=name, ok=True, detail=failure.title)
        return _failed(name, failure)
    return _permitted(name, connected, permissions)


def _permitted(name: str, connected: Connected, permissions: list[Permission]) -> Check:
    missing = [permission for permission in permissions if not permission.granted]
    where = f"{connected.base_url}: the key is accepted, {len(permissions) - len(missing)} of {len(permissions)}"
    may = ", ".join(permission.name for permission in permissions if permission.granted)
    if not missing:
        return Check(name=name, ok=True, detail=f"{where} permissions; it may use: {may}")
    lacking = ", ".join(permission.name for permission in missing)
    hint = " ".join(dict.fromkeys(permission.hint for permission in missing if permission.hint))
    detail = f"{where} permissions; not {lacking}; it may use: {may or 'nothing'}"
    return Check(name=name, ok=False, detail=detail, hint=hint)


async def _clock(register: Register) -> list[Check]:
    """How far this computer's clock is from AIQ's, when an answer told it, and which till's is far from both."""
    try:
        offset = register.aiq.http.clock_offset
    except NotConnected:
        offset = 0.0  # which the check of the connection tells
    checks = [_apart("clock", offset, "AIQ's", _SET_CLOCK)] if offset else []
    for name, till in register.tills.items():
        whose = display_name(till.name)
        agrees = offset and checks[0].ok
        hint = f"This computer agrees with AIQ: tell {whose}'s support that its clock is off." if agrees else _SET_CLOCK
        check = _apart(f"clock of {name}", till.clock_offset, f"{whose}'s", hint)
        checks += [] if check.ok else [check]
    return checks


def _apart(name: str, offset: float, whose: str, hint: str) -> Check:
    ok = abs(offset) <= LARGEST_SKEW.total_seconds()
    detail = f"{abs(offset):.0f} s {'behind' if offset > 0 else 'ahead of'} {whose}"
    return Check(name=name, ok=ok, detail=detail, hint="" if ok else hint)


async def _stores(register: Register) -> list[Check]:
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


async def _links(register: Register) -> list[Check]:
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


async def _room(register: Register) -> list[Check]:
    """What each credential may still be used for, by this register's own count."""
    now = register.clock.wall()
    checks = []
    for connected in register.db.read(books.connections):
        account = connected.account if connected.system == "aiq" else connected.name
        windows = AIQ_WINDOWS if connected.system == "aiq" else CONNECTORS[connected.system].windows
        credential = register.counted_as(connected)
        made = register.db.read(partial(calls.times, credential=credential, since=now - 3600))
        held = register.db.read(partial(calls.held_until, credential=credential)) - now
        left = [_left(window, made, now) for window in windows]
        text = ", ".join(f"{n} of {w.calls} in {w.seconds:g} s" for n, w in zip(left, windows, strict=True))
        tight = left[-1] < windows[-1].calls * LEAST_ROOM
        pause = f"; {connected.system} asked for a pause of {held:.0f} s" if held > 0 else ""
        hint = "Wait; if it stays so, too many programs use this key." if tight or held > 0 else ""
        checks.append(
            Check(name=f"calls {connected.system}:{account}", ok=not hint, detail=f"left: {text}{pause}", hint=hint)
        )
    return checks


def _left(window: Window, made: list[float], now: float) -> int:
    return max(0, window.calls - sum(1 for at in made if at > now - window.seconds))


# ── work ──────────────────────────────────────────────────────────────────────────────────────────────────


async def _owed(register: Register) -> list[Check]:
    """The outbox by what somebody has to do about it."""
    now = register.clock.now()
    intents = register.db.read(lambda c: outbox.listing(c, limit=10_000))
    stops = [i for i in intents if i.kind is Kind.OPT_OUT]
    late = any(now - i.created > OLDEST_STOP for i in stops)
    refused = register.db.read(unseen.listing)
    return [
        _pile("outbox", [i for i in intents if i.state in (State.WAITING, State.SENDING)], now, lambda _: True, ""),
        _pile(
            "lost answers",
            [i for i in intents if i.state is State.UNKNOWN],
            now,
            lambda pile: not any(i.needs_person for i in pile),
            "Decide what happened: budtender outbox list, then budtender outbox settle ID",
        ),
        _pile(
            "refused unseen",
            refused,
            now,
            lambda pile: not pile,
            "See to them: budtender outbox list, then budtender outbox seen ID",
        ),
        _pile(
            "stopped texts",
            stops,
            now,
            lambda pile: not late and not any(i.needs_person for i in pile),
            "Send them today: budtender sync --once; if that fails, switch the texts off in AIQ by hand.",
        ),
    ]


async def _refused(register: Register) -> list[Check]:
    """What AIQ did not take of the tills' rows; what it is not to have by the settings is no trouble."""
    why = [known for known in register.db.read(unsent.reasons) if known[1] != OUTSIDE]
    if not why:
        return [Check(name="refused rows", ok=True, detail="none")]
    told = "; ".join(f"{count} {kind} {'row' if count == 1 else 'rows'}: {reason}" for kind, reason, count in why[:5])
    hint = (
        "Mend them in the till; budtender outbox refused lists them. They are sent again after a day, or with --again."
    )
    return [Check(name="refused rows", ok=False, detail=told, hint=hint)]


def _pile(name: str, pile: list[Intent], now: datetime, is_well: Callable[[list[Intent]], bool], hint: str) -> Check:
    if not pile:
        return Check(name=name, ok=True, detail="nothing waits")
    persons = sum(1 for intent in pile if intent.needs_person)
    age = max(timedelta(0), now - min(intent.created for intent in pile))
    asks = f", {persons} for a person to decide" if persons else ""
    ok = is_well(pile)
    return Check(
        name=name,
        ok=ok,
        detail=f"{len(pile)} waiting{asks}, the oldest for {_in_words(age)}",
        hint="" if ok else hint,
    )


def _in_words(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes >= 48 * 60:
        return f"{minutes // 1440} days"
    return f"{minutes // 60} hours" if minutes >= 120 else f"{minutes} minutes"


async def _settings(register: Register) -> list[Check]:
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
