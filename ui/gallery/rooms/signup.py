"""S10."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import msgspec

from budtender.counter.licence import Scan
from budtender.counter.signup import Candidate, Form
from budtender.errors import Duplicate, InputError, Unreachable
from budtender.model import State, Store
from ui.counter.joined import JoinedPage
from ui.counter.signup import SignUpPage
from ui.gallery.scenes import Scene
from ui.gallery.world import World

FORM = Form(phone="3035550188", first_name="Rosa", last_name="Delgado", birth_date="1990-04-18")
NOBODY = Form(phone="", first_name="", last_name="", birth_date="")
EMPTY = Form(phone="3035550188", first_name="", last_name="", birth_date="")


def scenes(world: World) -> Iterator[Scene]:
    """The form, and what became of it."""

    def form(name: str, *do: Callable[[SignUpPage], None], filled: Form = FORM) -> Scene:
        def whole(page: SignUpPage) -> None:
            page.show_form(filled)
            for step in do:
                step(page)

        return Scene(name=f"S10.{name}", page=SignUpPage, do=whole)

    taken = Duplicate("", code="number_taken", name="Ines C.", candidates=[{"name": "Ines C."}])
    wrong = InputError("", field="email", code="email_shape")
    yield form("empty", filled=EMPTY)
    yield form("prefilled")
    yield form("caregiver", lambda page: page.ask_caregiver(), filled=NOBODY)
    yield form("scanning", lambda page: page.show_scanning(), filled=EMPTY)
    yield form("unreadable", lambda page: page.show_unreadable(), filled=EMPTY)
    yield form("id_expired", lambda page: page.show_expired(date(2026, 1, 3)), filled=EMPTY)
    seen = Scan(outcome="readable", minimum_age=21)
    yield form("age_seen", lambda page: page.show_scan(seen), filled=EMPTY)
    yield form("field_problem", lambda page: page.refused(wrong))
    yield form("duplicate", lambda page: page.refused(taken))
    alike = Candidate(persona_id=1, name="Rosa D.", city=None, last_visit=date(2025, 11, 1), member=True)
    yield form("same_person", lambda page: page.show_alike([alike]))
    yield form("wants_email", lambda page: page.ask_email())
    places = (Store(id=11, name="Harbor Street"), Store(id=12, name="Old Mill"))
    yield form("store", lambda page: page.know_stores(*places), lambda page: page.ask_store())
    yield form("checking", lambda page: page.show_checking(True))
    yield form("failed", lambda page: page.refused(Unreachable("", system="aiq", sent=False)))

    done = world.signed_up
    waiting = msgspec.structs.replace(done, intent=msgspec.structs.replace(done.intent, state=State.WAITING))
    no = msgspec.structs.replace(done.intent, state=State.REFUSED, error_facts={"kind": "refused", "system": "aiq"})
    refused = msgspec.structs.replace(done, intent=no)
    needs = {"kind": "input_error", "code": "till_needs", "system": "flourish", "missing": ["email"]}
    no_profile = msgspec.structs.replace(
        done, customer=msgspec.structs.replace(done.intent, state=State.REFUSED, error_facts=needs)
    )

    def joined(name: str, what: object) -> Scene:
        return Scene(name=f"S10.{name}", page=JoinedPage, do=lambda page: page.show_signed_up(what))

    yield joined("saved", done)
    yield joined("saved_offline", waiting)
    yield joined("refused", refused)
    yield joined("till_refused", no_profile)
