"""A register with nothing but staff and PINs, on a real encrypted database and a clock that is moved by hand."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from budtender.cache import audit, schema, staff
from budtender.cache.database import Connection, Database
from budtender.errors import Denied, PinRefused
from budtender.events import Events
from budtender.model import Role
from budtender.pins import FLOOR, Hasher, Pins, Profile
from budtender.pins.ladder import WAITS
from budtender.secrets import MemoryVault
from tests.hand_clock import HandClock
from tests.writing import write_now

DANA_PIN, OMAR_PIN, LEE_PIN, MASTER_PIN, WRONG = "482915", "736204", "915827", "602847", "570318"
DANA, OMAR, LEE, SAM = 1, 2, 3, 4


class Counting(Hasher):
    """The cheapest hasher that is allowed, which counts what it is asked and computes the same but once."""

    def __init__(self, profile: Profile = FLOOR) -> None:
        super().__init__(profile)
        self.evaluated = 0
        self._known: dict[tuple[str, bytes], bool] = {}

    def matches(self, verifier: str, secret: bytes) -> bool:
        self.evaluated += 1
        asked = (verifier, secret)
        if asked not in self._known:
            self._known[asked] = super().matches(verifier, secret)
        return self._known[asked]


class CountingVault(MemoryVault):
    """Secure storage in memory that counts what is written to it."""

    written = 0

    def write(self, entry: str, value: bytes) -> None:
        self.written += 1
        super().write(entry, value)


class SmallRegister:
    """A register with a manager Dana, a manager Omar, a lead Lee and a budtender Sam."""

    def __init__(self, folder: Path, device_id: str = "register-1") -> None:
        self.path = folder / "register.db"
        self.key = os.urandom(32)
        self.vault = CountingVault()
        self.clock = HandClock()
        self.hasher = Counting()
        self.device_id = device_id
        self.events = Events()
        self.start()
        self.db.prepare(schema.migrate)

    def start(self) -> None:
        """The program starts."""
        self.db = Database(self.path, self.key)
        self.pins = Pins(self.db, self.vault, self.clock, self.device_id, hasher=self.hasher)

    def restart(self, file: Path | None = None) -> None:
        """The program starts again, perhaps on another database file."""
        self.db.close()
        if file is not None:
            shutil.copy(file, self.path)
        self.start()

    def copy_file(self) -> Path:
        """What is going to be yesterday's database file."""
        self.db.close()
        copy = self.path.with_suffix(".yesterday")
        shutil.copy(self.path, copy)
        self.start()
        return copy

    def beside(self) -> tuple[Database, Pins]:
        """A second program on the same home."""
        db = Database(self.path, self.key)
        return db, Pins(db, self.vault, self.clock, self.device_id, hasher=self.hasher)

    def hire(self) -> None:
        """People without PINs."""

        def add(connection: Connection) -> None:
            for name, role in (("Dana", "manager"), ("Omar", "manager"), ("Lee", "lead"), ("Sam", "budtender")):
                staff.add_person(connection, name, Role(role), at=self.clock.now())

        write_now(self.db, add)

    async def set_up(self) -> None:
        """People, and PINs for all but Sam."""
        self.hire()
        await self.pins.set_personal(DANA, DANA_PIN, "Dana")
        await self.pins.set_personal(OMAR, OMAR_PIN, "Dana")
        await self.pins.set_personal(LEE, LEE_PIN, "Dana")
        self.hasher.evaluated = self.vault.written = 0

    async def guess(self, pin: str = WRONG, approver: str | None = "Dana") -> Denied | None:
        """One try by Sam; the refusal, if it was one."""
        try:
            await self.pins.approve(pin, approver=approver, acting="Sam")
        except Denied as refusal:
            return refusal
        return None

    async def fail(self, times: int, approver: str | None = "Dana") -> None:
        """So many wrong PINs, each after its wait."""
        for _ in range(times):
            refusal = await self.guess(approver=approver)
            assert isinstance(refusal, PinRefused)
            self.clock.pass_by(WAITS[-1])

    def count(self, subject: str) -> int:
        """What the database says was tried."""
        return self.db.read(lambda connection: staff.failures(connection, subject)).count

    def last_audit(self) -> tuple[str, str, str]:
        """Kind, staff and facts of the newest row."""
        row = self.db.read(audit.latest)[0]
        return row["kind"], row["staff"], row["facts"]
