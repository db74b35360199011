"""What was saved and refused later is told by what it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication

from budtender.counter.lookup import Found
from budtender.model import Intent, Kind, State
from ui import language
from ui.counter.refusal import told

AT = datetime(2026, 3, 2, 18, tzinfo=UTC)


@pytest.mark.parametrize("kind", [Kind.TILL_CONTACT, Kind.CONTACT])
def test_a_new_contact_is_told_as_one(qapp: QApplication, kind: Kind) -> None:
    language.speak(qapp, "es")
    intent = Intent(kind=kind, state=State.REFUSED, body={}, staff="Sam", created=AT, unseen=True)
    found = Found(phone="+13035550142", name="Ines C.", outcome="member", source="cache", refused=(intent,))
    assert "un nuevo teléfono o correo electrónico" in told(found, AT)[0]
