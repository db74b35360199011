"""A manager's PIN at the window: what it allows, why, by whom, and how it is refused."""

from __future__ import annotations

from budtender.backoffice import staff
from tests.ui.driving import OWNER, REFERENCE, Driven, run
from tests.ui.serving import audited, found, home
from ui.counter import wish
from ui.steps import Approve


async def asked(driven: Driven) -> None:
    """The PIN is asked for the reference shopper's wallet."""
    await found(driven)
    await driven.step("F7", "S05.empty")


def test_no_phone_in_hand_takes_six_keys(driven: Driven) -> None:
    async def story() -> None:
        await asked(driven)
        assert "Open the wallet of Ines C. without a code." in driven.heard[-1][0]
        await driven.give_pin("Omar", "S05.reason")
        await driven.walk(("1", "S06.fresh"), ("1", "S07.normal"), ("Enter", "S08.apply_now"))
        # Raising the window, the reason and the reward are the other three.
        assert driven.counted == ["F7", "Enter", "Enter"]
        opened = next(row for row in audited(driven) if row.startswith("wallet opened"))
        assert '"phone at home"' in opened
        assert '"Omar"' in opened
        assert driven.sim.texts == []

    run(driven, story())


def test_a_reason_of_its_own_is_typed(driven: Driven) -> None:
    async def story() -> None:
        await asked(driven)
        await driven.give_pin("Omar", "S05.reason")
        await driven.step("5", "S05.other_reason")
        await driven.press("Enter")
        assert driven.state == "S05.other_reason"
        await driven.type("broken")
        await driven.step("Enter", "S06.fresh")
        assert any('"broken"' in row for row in audited(driven) if row.startswith("wallet opened"))

    run(driven, story())


def test_wrong_pins_are_counted_and_a_named_manager_goes_on(driven: Driven) -> None:
    async def story() -> None:
        await asked(driven)
        await driven.type("570318")
        await driven.walk(("Enter", "S05.reason"), ("2", "S05.wrong"))
        assert "9 tries left" in driven.heard[-1][0]
        await driven.type("570318")
        await driven.press("Enter")  # the reason is known by now
        await driven.until(lambda: "8 tries left" in driven.heard[-1][0], "the count")
        await driven.restart()
        await driven.walk((REFERENCE, "S03.found"), ("F7", "S05.empty"), ("Alt+A", "S05.approver"), ("2", "S05.empty"))
        await driven.give_pin("Omar", "S05.reason")
        await driven.step("2", "S06.fresh")

    run(driven, story())


def test_who_gives_the_master_pin_is_named(driven: Driven) -> None:
    async def story() -> None:
        await asked(driven)
        await driven.register.pins.set_master("904271", "Ann")
        await driven.type("904271")
        await driven.walk(("Enter", "S05.reason"), ("2", "S05.approver"))
        assert driven.heard[-1][0] == "Who approves?"
        await driven.walk(("2", "S06.fresh"), ("1", "S07.normal"), ("Enter", "S08.apply_now"))
        opened = next(row for row in audited(driven) if row.startswith("wallet opened"))
        assert '"Omar"' in opened
        assert '"code not arriving"' in opened
        approved = next(row for row in audited(driven) if '"master PIN"' in row)
        assert '"Omar"' in approved

    run(driven, story())


def test_a_managers_own_pin_tells_who_it_is_whoever_was_named(driven: Driven) -> None:
    async def story() -> None:
        await asked(driven)
        await driven.register.pins.set_master("904271", "Ann")
        await driven.give_pin("Omar", "S05.reason")
        await driven.walk(("1", "S05.approver"), ("1", "S06.fresh"))
        opened = next(row for row in audited(driven) if row.startswith("wallet opened"))
        assert '"Omar"' in opened

    run(driven, story())


def test_a_budtenders_pin_approves_nothing(driven: Driven) -> None:
    async def story() -> None:
        await asked(driven)
        await driven.give_pin("Sam", "S05.reason")
        await driven.step("1", "S05.wrong")

    run(driven, story())


def test_nobody_opens_their_own_wallet(driven: Driven) -> None:
    async def story() -> None:
        await home(driven)
        await staff.add(driven.register, "Ines Calder", "manager", "918273", OWNER)
        await driven.walk((REFERENCE, "S03.found"), ("F7", "S05.empty"))
        await driven.type("918273")
        await driven.walk(("Enter", "S05.reason"), ("1", "S05.own_purchase"))

    run(driven, story())


def test_esc_goes_back_step_by_step_and_forgets_the_pin(driven: Driven) -> None:
    async def story() -> None:
        await asked(driven)
        await driven.give_pin("Omar", "S05.reason")
        await driven.step("Esc", "S05.empty")
        await driven.press("Esc")
        await driven.until(lambda: driven.state.startswith("S04"), "the code")

    run(driven, story())


def test_no_wish_ends_in_two_full_stops(qapp: object) -> None:
    for step in (Approve(redemption="1", name="Ines C."), Approve(reveals=True, name="Ines C.")):
        plain = wish.told(step, "$20").replace("\u2068", "").replace("\u2069", "")
        assert "Ines C." in plain
        assert ".." not in plain
