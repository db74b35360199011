"""The third act: a manager's PIN in place of a code, and a shopper who is new."""

from __future__ import annotations

from budtender.counter import lookup, signup, verify, wallet
from budtender.demo.serving import show_wallet
from budtender.demo.stage import Stage, case, spoken
from budtender.model import State
from budtender.phone import ten_digits

#: Fictional, and nobody's in the simulated world.
NEWCOMER = signup.Form(
    phone="(303) 555-0177",
    first_name="Zoë",
    last_name="Quist",
    birth_date="1990-04-18",
    email="zoe.quist@example.org",
    join=True,
    texts=True,
    address="12 Harbor St",
    city="Pueblo",
    state="CO",
    zip="81003",
)


async def open_by_pin(stage: Stage) -> None:
    """The phone is at home: a manager approves, by name and with a reason."""
    number = spoken(case("expired").number)
    async with stage.step("A manager's PIN", f"{number} left the phone at home, so Dana approves.") as scene:
        found = await lookup.find_shopper(stage.register, number)
        assert found.known is not None, "a case of the simulator that AIQ knows"
        opened = await verify.with_pin(
            stage.register, found.known, stage.pin, stage.sam, reason="phone at home", approver=stage.dana.name
        )
        view = wallet.show(stage.register, opened.visit, fresh=opened.fresh)
        scene.say(f"{found.name}: opened by PIN, approved by {opened.visit.approver}.")
        show_wallet(scene, view)
        expired = any(offer.use.code == "expired" for offer in view.offers)
        scene.expect(opened.visit.approver == stage.dana.name and expired, "An expired reward was to be shown as such.")


async def sign_up(stage: Stage) -> None:
    """Age first, then the fields, then whether the number is somebody's; two separate consents."""
    async with stage.step("A new shopper", "Age, number, two separate questions; then AIQ and the till.") as scene:
        signed = await signup.sign_up(stage.register, NEWCOMER, stage.sam)
        scene.say(f"{signed.name} is signed up: {signed.intent.state.value} in AIQ.", signed.till)
        questions = {"loyalty": "join loyalty", "texts": "marketing texts"}
        scene.grid(
            ("Asked", "Answer", "Wording", "Language"),
            [
                (questions[c.purpose], "yes" if c.granted else "no", f"version {c.version}", c.language)
                for c in signed.consents
            ],
        )
        digits = ten_digits(signed.intent.phone or "")
        scene.say(*(f"Her phone shows: {text.body}" for text in stage.simulation.texts if text.to == digits))
        customer = signed.customer is not None and signed.customer.state is State.DONE
        scene.expect(signed.intent.state is State.DONE and customer, "AIQ and the till were to take the sign-up.")
