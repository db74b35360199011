"""What the one banner above the page tells, the gravest first; read again whenever something of it may have changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from budtender.counter import banner, unseen
from budtender.counter.banner import Banners, Cause, Outage, Owed
from budtender.errors import Failure
from budtender.events import Change
from budtender.model import Intent, Kind
from budtender.names import shown
from budtender.register import Register
from budtender.settings import OFFLINE_REDEEM, PERSONA_AGE
from ui import bridge, language
from ui.desk import Desk
from ui.page import Key
from ui.sentences.systems import vendor
from ui.widgets.card import Tone
from ui.words import tell, why

translate = QCoreApplication.translate
#: An outage of all systems, or of this machine's own network.
EVERYTHING = "network"
LONGEST_NAME = 40
_TOLD_OF = frozenset({Change.HEALTH, Change.OUTBOX, Change.SETTINGS})


class Tiding(msgspec.Struct, frozen=True):
    """One banner: its place in the order is its name in the screen map."""

    name: str
    tone: Tone
    words: str
    #: The one key that helps, where the page below has it.
    key: str = ""
    #: What a manager does now, in words; F1 tells it.
    advice: str = ""
    #: What was refused later, of which somebody can take note.
    late: str = ""


def tiding_of(now: Banners, at: datetime, *, redeems_offline: bool, old: timedelta) -> Tiding | None:
    """The gravest thing to tell; None when all is well. Pure, so that every banner can be drawn."""
    if now.owed.needs_person or now.stop_late:
        advice = _stop_advice() if now.stop_late and not now.owed.needs_person else _conflict_advice()
        return Tiding("conflict", "conflict", _conflict(now), key="F1", advice=advice)
    if now.late is not None:
        return Tiding("refused", "conflict", _late(now, now.late, at), key="Alt+G", late=now.late.id)
    if now.outage is not None and now.outage.cause is not Cause.KEY_REFUSED:
        saved = _saved(now.owed)
        may = _may(redeems_offline) if now.outage.system in (EVERYTHING, "aiq") else ""
        words = " ".join(part for part in (_outage(now.outage), may, saved) if part)
        return Tiding("offline", "offline", words, key="F5" if now.outage.system in (EVERYTHING, "aiq") else "")
    if now.outage is not None:
        advice = _key_advice(now.outage.system)
        return Tiding("key_refused", "wrong", _outage(now.outage), key="F1", advice=advice)
    return _stale(now, at, old)


def key_of(tiding: Tiding, desk: Desk) -> Key:
    """The key by which whoever works here takes note of what was refused later, wherever they are."""

    def failed(failure: Failure) -> None:
        if failure.code != "nothing_unseen":  # somebody else was faster
            desk.announce(str(tell(failure)), assertive=True)

    def press() -> None:
        bridge.alone(unseen.take_note(desk.register, tiding.late, desk.acting), failed)

    return Key(keys=tiding.key, label=translate("Refusal", "Seen"), press=press, shown=False)


def without_aiq(register: Register) -> bool:
    """Whether nothing can be asked of AIQ: it does not answer, or there is no network."""
    outage = banner.read(register).outage
    return outage is not None and outage.cause is not Cause.KEY_REFUSED and outage.system in (EVERYTHING, "aiq")


def _stale(now: Banners, at: datetime, old: timedelta) -> Tiding | None:
    """Nothing is wrong and yet AIQ has not been heard for long, as while its last backup is used."""
    heard = next((standing.last_good for standing in now.systems if standing.system == "aiq"), None)
    if heard is None or at - heard <= old:
        return None
    words = translate("Banner", "AIQ was last heard {when}. What is shown may be old.")
    return Tiding("stale", "stale", words.format(when=language.moment(heard, at)), key="F5")


def _conflict(now: Banners) -> str:
    if now.stop_late:
        return translate("Banner", "A shopper's stop has waited for more than a day. A manager has to see to it.")
    return translate("Banner", "%n changes need a manager's decision.", "", now.owed.needs_person)


def _conflict_advice() -> str:
    """What the commands for it are; each was tried, and the PIN is asked for by them."""
    return translate(
        "Banner",
        "A manager or owner opens a terminal on this computer. “budtender outbox list” shows what was sent without an "
        "answer, with its id. They look into AIQ whether it is there, and say so with their own PIN: “budtender "
        "--staff NAME outbox settle ID --as happened”, or “--as never” when it is not.",
    )


def _stop_advice() -> str:
    return translate(
        "Banner",
        "A manager stops the texts in AIQ by hand. On this computer “budtender outbox list” shows whose stop waits, "
        "and “budtender --staff NAME outbox retry ID” sends it once more.",
    )


def _key_advice(system: str) -> str:
    command = f"connect {system} --store STORE"
    if system == "aiq":
        command = "connect aiq --uid UID"
    words = translate(
        "Banner",
        "A manager or owner opens a terminal on this computer. “budtender doctor” shows which key is meant. With a new "
        "one from {system} it is connected again: “budtender --staff NAME {command}” asks for their own PIN and the "
        "key. Nothing that waits here is lost.",
    )
    return words.format(system=vendor(system), command=command)


def _late(now: Banners, intent: Intent, at: datetime) -> str:
    """What was saved, for whom and when, and why it was not taken."""
    what, name = saved(intent), language.isolated(now.late_name)
    words = translate("Banner", "Not carried out: {what} for {name}, saved {when}.")
    if not now.late_name:
        words = translate("Banner", "Not carried out: {what}, saved {when}.")
    more = translate("Banner", "There are %n more.", "", now.late_count - 1) if now.late_count > 1 else ""
    told = words.format(what=what, name=name, when=language.moment(intent.created, at))
    return " ".join(part for part in (told, why(intent).title, more) if part)


def saved(intent: Intent) -> str:
    """What an intent is there for, as it is told when it was refused later."""
    reward = intent.body.get("reward")
    if isinstance(reward, dict):
        return f"“{shown(reward['name'])[:LONGEST_NAME]}”"
    if intent.kind in (Kind.CONTACT, Kind.TILL_CONTACT):
        return translate("Refusal", "a new phone or e-mail")
    if intent.undoes:
        return translate("Refusal", "points to give back")
    return translate("Refusal", "a sign-up")


def _outage(outage: Outage) -> str:
    since = language.hour(outage.since)
    words = {
        Cause.NETWORK: translate("Banner", "No internet since {time}: this computer has no network."),
        Cause.PORTAL: translate("Banner", "No internet since {time}: the network asks to sign in first."),
        Cause.SILENT: translate("Banner", "{system} has not answered since {time}."),
        Cause.SECURE: translate("Banner", "No secure connection to {system} since {time}. Is the clock right?"),
        Cause.TROUBLE: translate("Banner", "{system} has had trouble since {time}."),
        Cause.KEY_REFUSED: translate(
            "Banner", "{system} does not accept this register's key. A manager has to fix it."
        ),
        Cause.LIMITED: translate("Banner", "{system} has asked for a pause since {time}."),
    }
    if outage.system == EVERYTHING and outage.cause is Cause.SILENT:
        return translate("Banner", "Nothing has answered since {time}: no internet.").format(time=since)
    return words[outage.cause].format(time=since, system=vendor(outage.system))


def _may(redeems_offline: bool) -> str:
    if redeems_offline:
        return translate(
            "Banner", "You can look up, sign up and redeem small rewards with a manager PIN. Codes cannot be texted."
        )
    return translate("Banner", "You can look up and sign up. Codes and rewards have to wait.")


def _saved(owed: Owed) -> str:
    count = owed.waiting + owed.checked
    return translate("Banner", "%n changes are saved here.", "", count) if count else ""


class Tidings(QObject):
    """Reads what there is to tell and hands it to the window's banner."""

    #: Something rang, on whichever thread.
    _rang = Signal()

    def __init__(self, desk: Desk, tell: Callable[[Tiding | None], None]) -> None:
        super().__init__()
        self._desk, self._tell = desk, tell
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self.read)
        self._rang.connect(self.read)
        desk.signed_in.connect(self.read)
        self._deaf = desk.register.events.listen(self._hear)
        self.read()

    def _hear(self, change: Change) -> None:
        if change in _TOLD_OF:
            self._rang.emit()

    def read(self) -> None:
        """Read it now, and again when time alone would change it."""
        now, settings = banner.read(self._desk.register), self._desk.settings
        if not self._desk.somebody:  # at the door no shopper is told of
            now = msgspec.structs.replace(now, late=None)
        old = timedelta(minutes=settings.get(PERSONA_AGE))
        self._tell(tiding_of(now, self._desk.now(), redeems_offline=settings.get(OFFLINE_REDEEM), old=old))
        if now.due_in is not None:
            self._due.start(max(50, round(now.due_in * 1000) + 20))

    def close(self) -> None:
        """Hear no more."""
        self._deaf()
        self._desk.signed_in.disconnect(self.read)
        self._due.stop()
