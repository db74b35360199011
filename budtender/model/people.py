"""The people at the counter."""

from __future__ import annotations

from enum import StrEnum

from budtender.model.value import Value


class Role(StrEnum):
    """What a person on the staff may do; each reaches as far as those before it."""

    BUDTENDER = "budtender"
    LEAD = "lead"
    MANAGER = "manager"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """Higher reaches further."""
        return list(Role).index(self)


class Actor(Value, frozen=True, kw_only=True):
    """Who acts. `staff_id` is None for the operating-system user before there is any staff."""

    name: str
    role: Role
    staff_id: int | None = None
