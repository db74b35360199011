"""Whatever the engine may tell somebody at the counter has a sentence of the window's own, in its language."""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from budtender import errors
from budtender.errors import Failure, InputError, Refused, RewardUnusable
from ui import language, sentences
from ui.sentences.redeem import REASONS
from ui.words import tell, told_of

ENGINE = Path(errors.__file__).parent
#: What no page of the counter calls.
ELSEWHERE = ("backoffice", "cli", "simulator", "demo", "contract.py", "settings")
#: From the back office the counter takes people's names, and makes the first owner.
TAKEN = ENGINE / "backoffice" / "staff.py"
_CONTACT = "a phone or e-mail is changed at the command line"
#: Failures that nobody meets in a window, by code, and why.
UNMET = {
    "approval_incomplete": _CONTACT,
    "contact_blanked": _CONTACT,
    "contact_not_listed": _CONTACT,
    "contact_not_verified": _CONTACT,
    "contact_overtaken": _CONTACT,
    "contact_pending": _CONTACT,
    "contact_same": _CONTACT,
    "contact_taken": _CONTACT,
    "contact_taken_in_till": _CONTACT,
    "contact_taken_meanwhile": _CONTACT,
    "contact_waiting": _CONTACT,
    "other_verified": _CONTACT,
    "address_shape": "when a system is connected",
    "customer_gone": "of an enrolment, which nobody waits for",
    "said_no": "of an enrolment, which nobody waits for",
    "customer_id_missing": "of a list for AIQ",
    "details_refused": "when a till is connected",
    "first_needs_reach": "the window makes the first person an owner",
    "id_missing": "a call without its object",
    "item_incomplete": "of a sale for AIQ",
    "key_shape": "when a system is connected",
    "language_unknown": "the window asks in one of its own languages",
    "last_of_role": "when people are managed",
    "location_shape": "when a till is connected",
    "mapping": "when a till is described",
    "managers_only": "in the back office",
    "no_intent": "the window takes note of what it shows",
    "no_sign_up": "Home opens where the sign-up to go on with is gone",
    "no_own_pin": "when people are managed",
    "note_shape": "the engine writes the notes of what is given back",
    "nothing_to_change": "a call without its object",
    "own_entry": "when people are managed",
    "owners_only": "when people are managed",
    "points_shape": "a budtender types no points",
    "role_unknown": "when people are managed",
    "sale_incomplete": "of a sale for AIQ",
    "secret_too_long": "when a system is connected",
    "several_of_this_name": "the window names a reward by its id",
    "time_zone_missing": "of a sale for AIQ",
    "who_acts": "of the command line",
    "uid_shape": "when a system is connected",
    "window_too_long": "of a list from AIQ",
}
#: Raised without a code by the tills for a call that the counter does not make: no object, another kind of id.
UNCODED = {"input_error": "a call without its object"}


def _kinds() -> dict[str, str]:
    classes = {name: cls for name, cls in vars(errors).items() if isinstance(cls, type) and issubclass(cls, Failure)}
    return {
        name: "".join("_" + c.lower() if c.isupper() and i else c.lower() for i, c in enumerate(name))
        for name in classes
    }


def _raised() -> Iterator[tuple[str, str, str]]:
    """Kind, code and place of every failure that the engine writes down."""
    kinds = _kinds()
    for path in sorted(ENGINE.rglob("*.py")):
        if path.relative_to(ENGINE).parts[0] in ELSEWHERE and path != TAKEN:
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in kinds:
                code = next((word.value for word in call.keywords if word.arg == "code"), None)
                known = [part.value for part in ast.walk(code) if isinstance(part, ast.Constant)] if code else []
                for one in [str(word) for word in known if isinstance(word, str)] or [kinds[name]]:
                    yield kinds[name], one, f"{path.relative_to(ENGINE)}:{call.lineno}"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("system", ["aiq", "dutchie"])
def test_every_failure_of_the_engine_has_a_sentence_in_the_window(system: str) -> None:
    untold = {
        f"{place} {kind}.{code}"
        for kind, code, place in _raised()
        if told_of(kind, code, {"system": system}) is None and code not in UNMET and code not in UNCODED
    }
    assert untold == set()


def test_nothing_is_excused_that_is_not_raised() -> None:
    codes = {code for _, code, _ in _raised()}
    assert set(UNMET) - codes == set()


@pytest.mark.parametrize("table", ["TOLD", "COUNTED"])
def test_a_code_is_told_in_one_room_and_every_room_is_heard(table: str) -> None:
    rooms = [import_module(f"{sentences.__name__}.{room.name}") for room in pkgutil.iter_modules(sentences.__path__)]
    codes = [code for room in rooms for code in getattr(room, table, ())]
    assert sorted(codes) == sorted(getattr(sentences, table))


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_reward_that_cannot_be_used_says_why_as_its_row_does(qapp: QApplication, reason: str) -> None:
    language.speak(qapp, "es")
    told = tell(RewardUnusable("“Ten off” cannot be used.", "Choose another reward.", code=reason, name="Ten off"))
    assert "cannot be used" not in told.title
    assert told.title.endswith(".")
    assert told.title != tell(RewardUnusable("", code="of no reason")).title


def test_what_a_till_did_is_not_told_of_aiq(qapp: QApplication) -> None:
    language.speak(qapp, "es")
    assert "Dutchie" in tell(Refused("Dutchie refused the request.", system="dutchie", status=400)).title
    assert "AIQ" in tell(Refused("AIQ refused the request.", system="aiq", status=400)).title
    needs = tell(InputError("", code="till_needs", system="flourish", missing=["first_name", "email"]))
    assert needs.title == "Flourish necesita más datos del cliente: nombre, correo electrónico."
