"""The fields of a sign-up: each by the name that the engine uses for it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QBoxLayout, QWidget

from budtender.counter.signup import Form
from ui.widgets.date import DateField
from ui.widgets.digits import PhoneField
from ui.widgets.field import Field
from ui.widgets.sheet import row

translate = QCoreApplication.translate


class FormFields:
    """What the shopper's ID says, and what the till asks for beside it."""

    def __init__(self) -> None:
        self.phone = PhoneField(translate("SignUpPage", "Phone number"))
        self.first = Field(translate("SignUpPage", "First name"))
        self.last = Field(translate("SignUpPage", "Last name"))
        self.born = DateField(translate("SignUpPage", "Birth date"))
        self.email = Field(translate("SignUpPage", "E-mail (optional)"))
        self._address = Field(translate("SignUpPage", "Street address, for the profile in the till"))
        self._city = Field(translate("SignUpPage", "City"))
        self._state = Field(translate("SignUpPage", "State"))
        self._zip = Field(translate("SignUpPage", "ZIP"))
        self.named: Mapping[str, Field] = {
            "phone": self.phone,
            "first_name": self.first,
            "last_name": self.last,
            "birth_date": self.born,
            "email": self.email,
            "address": self._address,
            "city": self._city,
            "state": self._state,
            "zip": self._zip,
        }

    def rows(self) -> tuple[QWidget | QBoxLayout, ...]:
        """The fields as they stand below each other; to be called once."""
        return (
            self.phone,
            row(self.first, self.last),
            row(self.born, self.email),
            self._address,
            row(self._city, self._state, self._zip),
        )

    def fill(self, form: Form) -> None:
        """Put in what is known."""
        for name, field in self.named.items():
            field.fill(str(getattr(form, name)))

    def typed(self, form: Form) -> Form:
        """What was typed, over the rest of this form, which has no field."""
        texts = {name: field.text for name, field in self.named.items()}
        return msgspec.structs.replace(form, **{**texts, "birth_date": self.born.iso})

    def say_problems(self, problems: Mapping[str, str]) -> None:
        """Tell below each field what is wrong with it; nothing where nothing is."""
        for name, field in self.named.items():
            field.say_problem(problems.get(name, ""))

    def suit_till(self, *, address: bool, email: bool) -> None:
        """Ask for an address and an e-mail where the till makes no profile without."""
        for field in (self._address, self._city, self._state, self._zip):
            field.setVisible(address)
        wanted = translate("SignUpPage", "E-mail, for the till")
        self.email.relabel(wanted if email else translate("SignUpPage", "E-mail (optional)"))

    def first_wrong(self, problems: Mapping[str, str]) -> Field | None:
        """The first field that something is wrong with."""
        return next((field for name, field in self.named.items() if name in problems), None)

    def first_empty(self) -> Field | None:
        """The first of those that nobody is signed up without."""
        return next((field for field in (self.phone, self.first, self.last, self.born) if not field.text), None)
