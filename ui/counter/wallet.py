"""The open wallet: three figures with their age, and the rewards, each with its dollars or the reason against it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

import msgspec
from PySide6.QtWidgets import QApplication, QWidget

from budtender.counter import lookup, redeem, visit, wallet
from budtender.counter.lookup import Found
from budtender.counter.visit import Elsewhere
from budtender.counter.wallet import Offer, WalletView
from budtender.errors import Failure, Unreachable
from budtender.events import Change
from budtender.settings import LOYAL_SIGN
from ui import bridge, language
from ui.counter import offer as offers
from ui.counter import slow
from ui.counter.balance import BalanceCard, bought, ending, unreadable
from ui.counter.number import WholeNumber
from ui.counter.standing import Around, WalletState, stands
from ui.counter.visit import WARNED, VisitPage
from ui.desk import Desk
from ui.page import Key
from ui.shopper import Idle, ShowPoints
from ui.steps import Approve, Confirm, SignUp, Step, Undo, Verify, Wallet, empty_form
from ui.widgets.button import Button
from ui.widgets.card import Notice, Tone
from ui.widgets.choice import Choices
from ui.widgets.digits import PHONE_DIGITS, only_digits
from ui.widgets.sheet import Sheet, row
from ui.widgets.shopper import Sign, member_sign
from ui.widgets.wait import Wait

WIDEST = 720
#: Points that are older are not shown to the shopper.
SHOWN_FOR = timedelta(hours=24)
#: A visit that is no older has just been opened.
JUST_NOW = timedelta(seconds=10)


class WalletPage(VisitPage):
    """S06."""

    number: ClassVar[str] = "S06"
    states: ClassVar[tuple[str, ...]] = (
        "loading",
        "fresh",
        "not_usable",
        "no_rewards",
        "hidden",
        "negative",
        "pending",
        "stale",
        "offline",
        "frozen",
        "redeemed_elsewhere",
        "number_shown",
        "ending",
        "over",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._state: WalletState | None = None
        self._trouble: Failure | None = None
        self._elsewhere: Elsewhere | None = None
        #: The undo after which AIQ was asked anew: once, whatever it said.
        self._anew = ""
        self._number = WholeNumber(self, self.not_read, self.takes_a_moment)
        self._card, self._wait = BalanceCard(self._number.button), Wait()
        self._note, self._time = Notice(), Notice()
        self._stay = Button(self.tr("Keep open"), "plain", icon="clock", key="Alt+K")
        self._stay.setObjectName("stay")
        self._choices = Choices()
        self._choices.setAccessibleName(self.tr("Rewards"))
        self._main = Button("", "main", icon="arrow-right-bold", key="Enter")
        self._number.told.connect(self.show_whole_number)
        self._lay_out()
        self._choices.chosen.connect(self._choose)
        self._choices.refused.connect(self._say_why)
        self._main.clicked.connect(self.press_enter)
        self._stay.clicked.connect(self.keep_open)

    def _lay_out(self) -> None:
        self._main.setObjectName("main")
        sheet = Sheet(widest=WIDEST)
        sheet.add(self._card, self._wait, self._note, self._time)
        sheet.add(row(self._stay, stretch=False))
        sheet.add(self._main, self._choices)  # what is on top stays in sight when the button has the focus
        self.set_body(sheet)

    # ── drawing ───────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, state: WalletState) -> None:
        """Show the wallet."""
        before, self._state = self._state, state
        over = state.name == "over"
        phone = state.number or language.masked(state.found.phone)
        self._number.offer(None if over else state.found, state.number, self._opened)
        self._card.say_who(state.found.name, phone, self._signs(state), whole=bool(state.number))
        self._card.say(state.view, state.now, grey=state.name == "loading", closed=over)
        self._show_notes(state)
        if before is None or before.view.offers != state.view.offers or over != (before.name == "over"):
            self._fill([] if over else list(state.view.offers))
        main = "" if state.asking or self._choices.focus_first() is not None else self.tr("Next shopper")
        if over:
            main = self.tr("Verify again")
        elif main and state.pin:
            main = self.tr("Manager PIN")
        elif main and state.name == "stale":
            main = self.tr("Ask AIQ")
        elif main and state.found.outcome == "not_a_member":
            main = self.tr("Sign up")
        self._main.say(main)
        self._main.setVisible(bool(main))
        super().draw(msgspec.structs.replace(state, name="number_shown") if state.number else state)

    def _signs(self, state: WalletState) -> list[Sign]:
        signs = []
        if state.found.outcome == "member" and self.desk.settings.get(LOYAL_SIGN):
            signs.append(member_sign())
        if state.approver:
            signs.append(Sign(self.tr("Approved by {name}").format(name=state.approver[:24]), "key", "chosen"))
        if state.number:
            signs.append(self._number.sign())
        return signs

    def _show_notes(self, state: WalletState) -> None:
        tones: dict[str, Tone] = {
            "offline": "offline",
            "stale": "stale",
            "negative": "warn",
            "frozen": "stale",
            "redeemed_elsewhere": "warn",
            "over": "stale",
        }
        if state.title:
            self._note.say(tones.get(state.name, "card"), state.title, state.hint)
        else:
            self._note.clear()
        way = self.tr("Esc keeps what is known here; F7 is a manager's PIN.")
        self._wait.say(slow.moment() if state.moment else state.waiting, *(() if state.moment else slow.later(way)))
        self._stay.setVisible(state.left is not None and state.can_stay)
        if state.left is None:
            self._time.clear()
            return
        hint = "" if state.can_stay else self.tr("A manager's PIN opens it again: F7.")
        self._time.say("warn", self.tr("The wallet closes in %n seconds.", "", round(state.left)), hint, icon="clock")

    def _fill(self, shown: list[Offer]) -> None:
        """The rewards; the one that had the focus keeps it, else the first that can be used gets it."""
        held = self._choices.isAncestorOf(QApplication.focusWidget() or self)
        self._choices.fill([offers.row_of(offer, n, self._now.now) for n, offer in enumerate(shown, 1)])
        self._choices.setVisible(bool(shown))
        first = self._choices.focus_first()
        if held and first is not None:
            first.setFocus()

    def keys(self) -> Sequence[Key]:
        """The keys that work now."""
        name = self._state.name if self._state else "loading"
        out = self.out_keys()
        return (
            out[0],
            Key(keys="F5", label=self.tr("Ask AIQ"), press=self._ask, enabled=name != "over"),
            Key(keys="F7", label=self.tr("Manager PIN"), press=self._pin),
            Key(keys="F9", label=self.tr("Undo"), press=self._undo),
            *out[1:],
            self._number.key(),
            Key(keys="Alt+K", label=self.tr("Keep open"), press=self.keep_open, shown=False, enabled=name != "over"),
        )

    def first_focus(self) -> QWidget | None:
        """The first reward that can be used; without one the way on."""
        return self._choices.focus_first() or self._main

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────

    def enter(self, step: Step) -> None:
        """Show what is known at once; ask AIQ when it was not read in this visit."""
        assert isinstance(step, Wallet)
        self.begin(step.found, step.opened)
        left = visit.seconds_left(self.desk.register, self.opened.visit)
        if left <= 0:
            self.time_is_over()
            return
        self.start_clock()
        if not self.opened.fresh:
            self._ask()
        self.show_wallet()
        self._ask_anew()
        self._tell()
        if self.found.outcome == "unconfirmed":
            work = lookup.confirm(self.desk.register, self.found)
            bridge.run(self, work, self._confirmed, self.not_read, word="confirm")
        if step.number:
            self._number.show(step.number)
        if not self.opened.fresh:
            return
        if self.opened.visit.method != "pin" and self.desk.now() - self.opened.visit.opened < JUST_NOW:
            self._ask_elsewhere()

    def _confirmed(self, found: Found) -> None:
        """AIQ has told whether they are a member, or nothing; nobody had to wait for it."""
        self._found = found
        if self._now.name != "over":
            self.show_wallet()

    def changed(self, change: Change) -> None:
        """A balance, or what is pending."""
        if (
            change in (Change.PERSONA, Change.OUTBOX, Change.SETTINGS)
            and self._now.name != "over"
            and not bridge.is_running(self, "read")
        ):
            self.show_wallet()
            self._ask_anew()

    @property
    def _now(self) -> WalletState:
        assert self._state is not None, "entered first"
        return self._state

    def show_wallet(self) -> None:
        """Read what this register knows and draw it."""
        self.show_view(wallet.show(self.desk.register, self.opened.visit, fresh=self.opened.fresh))

    def show_view(self, view: WalletView, **changes: Any) -> None:
        """Draw a wallet."""
        if isinstance(self._trouble, Unreachable) or not view.fresh:
            reached = not isinstance(self._trouble, Unreachable)
            view = offers.without_network(self.desk.register, self.opened, view, reached=reached)
        around = Around(
            opened=self.opened,
            settings=self.desk.settings,
            now=self.desk.now(),
            trouble=self._trouble,
            elsewhere=self._elsewhere,
            joined=self.found.outcome != "not_a_member",
        )
        name, title, hint = stands(view, around)
        state = WalletState(
            name=name,
            found=self.found,
            view=view,
            now=self.desk.now(),
            title=title,
            hint=hint,
            approver=self.opened.visit.approver or "",
            pin=any(offer.use.code == "offline_needs_pin" for offer in view.offers),
            number=self._state.number if self._state is not None else "",
            asking=bridge.is_running(self, "read"),
        )
        self.draw(msgspec.structs.replace(state, **changes))

    def _tell(self) -> None:
        """Say what there is, for whoever does not see it, and show it to the shopper."""
        view = self._now.view
        names = tuple(offers.name_of(offer.reward) for offer in view.offers if offer.use.usable)
        old = view.points.as_of is None or self.desk.now() - view.points.as_of > SHOWN_FOR
        points = None if old else view.points.remaining
        self.desk.show_shopper(ShowPoints(points=points, old=old and not view.points.hidden, rewards=names))
        usable = sum(offer.use.usable for offer in view.offers)
        parts = [self.tr("Wallet of {name}.").format(name=self.found.name)]
        if view.points.remaining is not None:
            parts.append(f"{offers.points(view.points.remaining)}.")
        parts.append(self.tr("%n rewards can be used.", "", usable))
        parts += [f"{words}." for words in (bought(view), ending(view), unreadable(view)) if words]
        self.desk.announce(" ".join([*parts, self._now.title, self._now.hint]).strip())

    # ── asking AIQ ────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self) -> None:
        """F5: read the wallet again."""
        work = visit.read_again(self.desk.register, self.opened.visit)
        bridge.run(self, work, self._read, self.not_read, word="read", busy=self.refreshing)

    def _ask_anew(self) -> None:
        """Points came back, and AIQ was last asked while they were lacking: what it ruled out then it may offer now."""
        if not self.opened.fresh or isinstance(self._trouble, Unreachable):
            return
        undo = wallet.came_back_since(self.desk.register, self._now.view, self.opened.visit)
        if undo and undo != self._anew:
            self._anew = undo
            self._ask()

    def refreshing(self, on: bool) -> None:
        """The figures are gray while AIQ is asked."""
        if on:
            self._redraw(name="loading", waiting=self.tr("Refreshing…"))

    def _read(self, now: object) -> None:
        self._trouble = None
        self._opened = msgspec.structs.replace(self.opened, visit=now, fresh=True)
        self.show_wallet()
        self._refocus()
        self._tell()
        self._ask_elsewhere()

    def not_read(self, failure: Failure) -> None:
        """What is known stays on the screen, and it is said how old it is."""
        self._trouble = failure
        if isinstance(failure, Unreachable):  # from now on the rules for redeeming without network count
            self._opened = msgspec.structs.replace(self.opened, fresh=False)
        self.show_wallet()
        self._refocus()
        self.desk.announce(f"{self._now.title} {self._now.hint}", assertive=True)

    def _ask_elsewhere(self) -> None:
        """In the background: did another register take points for this shopper just now?"""
        found = self.found
        before = found.balance.mirror if found.source == "cache" and found.balance is not None else None
        work = visit.redeemed_elsewhere(self.desk.register, self.opened.visit, before=before)
        bridge.run(self, work, self.redeemed_elsewhere, self.not_read, word="elsewhere")

    def redeemed_elsewhere(self, other: Elsewhere | None) -> None:
        """Warn; going on takes a manager."""
        if other is not None and self._now.name != "over":
            self._elsewhere = other
            self.show_wallet()
            self.desk.announce(f"{self._now.title} {self._now.hint}", assertive=True)

    def _refocus(self) -> None:
        first = self.first_focus()
        held = QApplication.focusWidget()
        if first is not None and held not in self._choices.rows:
            first.setFocus()

    def show_whole_number(self, number: str) -> None:
        """The number in the mask's place; empty masks it."""
        self._redraw(number=number)

    def takes_a_moment(self, on: bool) -> None:
        """Something is being written down."""
        self._redraw(moment=on)

    def _redraw(self, **changes: Any) -> None:
        self.draw(msgspec.structs.replace(self._now, **changes))

    # ── time ──────────────────────────────────────────────────────────────────────────────────────────────

    def time_runs(self, left: float) -> None:
        """The last seconds are counted aloud once, and seen."""
        state = self._now
        if left <= WARNED:
            if state.left is None:
                self.desk.announce(self.tr("The wallet closes in %n seconds.", "", round(left)), assertive=True)
            self._redraw(name="ending", left=left, can_stay=self.can_stay)
        elif state.left is not None:
            self.show_wallet()

    def time_is_over(self) -> None:
        """Nothing of the shopper's is seen any more."""
        bridge.cancel(self)
        self.desk.show_shopper(Idle())
        title, hint = self.tr("This visit is over, so the wallet is closed."), self.tr("Verify the shopper again.")
        view = wallet.show(self.desk.register, self.opened.visit, fresh=self.opened.fresh)
        self.show_view(view, name="over", title=title, hint=hint, number="")
        self._main.setFocus()
        self.desk.announce(f"{title} {hint}", assertive=True)

    # ── what comes next ───────────────────────────────────────────────────────────────────────────────────

    def _choose(self, index: int) -> None:
        state = self._now
        chosen = state.view.offers[index]
        if not offers.can_choose(chosen) or state.name == "over":
            return
        if self._elsewhere is not None and self.opened.visit.method != "pin":
            self.desk.go(Approve(found=self.found, reason="second", offer=chosen, opened=self.opened))
        else:
            self.desk.go(Confirm(found=self.found, opened=self.opened, offer=chosen, view=state.view))

    def _say_why(self, index: int) -> None:
        """The digit of a reward that cannot be used: its reason is on the row, and said."""
        self.desk.sound("wrong")
        self.desk.announce(offers.reason(self._now.view.offers[index]), assertive=True)

    def press_enter(self) -> None:
        """The next shopper where there is nothing to redeem; a closed wallet is opened again by a code."""
        if self._now.name == "over":
            self.desk.go(Verify(found=self.found))
        elif self._choices.focus_first() is not None:
            return
        elif self._now.pin:
            self._pin()
        elif self._now.name == "stale":
            self._ask()
        elif self.found.outcome == "not_a_member":
            digits = only_digits(self.found.phone)[-PHONE_DIGITS:]
            self.finish(SignUp(form=msgspec.structs.replace(empty_form(), phone=digits)))
        else:
            self.finish()

    def _pin(self) -> None:
        offline = isinstance(self._trouble, Unreachable)
        self.desk.go(Approve(found=self.found, reason="offline" if offline else "", opened=self.opened))

    def _undo(self) -> None:
        last = redeem.last_of_visit(self.desk.register, self.opened.visit)
        wanted = last.intent.id if last is not None else ""
        self.desk.go(Undo(redemption=wanted, found=self.found, opened=self.opened))

    def back(self) -> None:
        """Leave what is waited for; else shut the wallet."""
        if bridge.cancel(self, "read", "reveal", "keep"):
            self.show_wallet()
        else:
            self.finish()
