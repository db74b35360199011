"""The first act: a register is set up, and a shopper is served from the phone number to the reward."""

from __future__ import annotations

import secrets

from budtender.backoffice import integrations, staff
from budtender.cache.personas import Known
from budtender.cache.visits import Visit
from budtender.counter import lookup, redeem, undo, verify, wallet
from budtender.counter.lookup import Found
from budtender.counter.wallet import WalletView
from budtender.demo.stage import Scene, Stage, case, in_points, spoken
from budtender.errors import CodeRefused, InputError
from budtender.model import Actor, Reward, Role, State, Value
from budtender.names import shown
from budtender.phone import mask
from budtender.pins.digits import choose
from budtender.settings import QUIET

#: Waiting a minute for a lost answer is right at a counter, and long in a lesson.
SHORT_QUIET = "1"
TEN_DOLLARS = "58213"
#: Code, wallet, redemption: what serving a shopper costs who is known already.
LEAST_REQUESTS = 3


class Served(Value, frozen=True, kw_only=True):
    """The shopper of the first act, whose wallet is open, and the reward that was redeemed."""

    known: Known
    visit: Visit
    redemption: str = ""
    requests: int = 0


async def set_up(stage: Stage) -> None:
    """A new home, two people, two connected systems."""
    register, simulation = stage.register, stage.simulation
    async with stage.step(
        "A register of its own",
        "A new encrypted home with its key in memory only, a manager, a budtender, AIQ and the till.",
    ) as scene:
        stage.pin = _training_pin()
        first = Actor(name="set-up", role=Role.OWNER)
        await staff.add(register, stage.dana.name, Role.MANAGER, stage.pin, first)
        await staff.add(register, stage.sam.name, Role.BUDTENDER, None, stage.dana)
        await register.change_setting(QUIET.key, SHORT_QUIET, stage.dana)
        store = simulation.world.stores[0].name
        aiq = await integrations.connect_aiq(
            register, simulation.uid, simulation.aiq_key, stage.dana, base_url=simulation.url
        )
        till = await integrations.connect_till(
            register, "dutchie", store, simulation.dutchie_keys[store], stage.dana, base_url=simulation.url
        )
        granted = sum(1 for permission in till.permissions if permission.granted)
        scene.say(
            f"AIQ, account {simulation.uid}: {aiq.detail}.",
            f"Dutchie, {till.detail}: {granted} of {len(till.permissions)} permissions.",
            f"Dana is manager (training PIN {stage.pin}), Sam is budtender.",
        )
        scene.expect(granted == len(till.permissions), "The till's key lacks permissions.")


def _training_pin() -> str:
    while True:
        pin = f"{secrets.randbelow(1_000_000):06}"
        try:
            return choose(pin)
        except InputError:
            continue  # too easy to guess


async def look_up(stage: Stage) -> Known:
    """By phone: first from AIQ, then from the cache."""
    number = spoken(case("reference").number)
    async with stage.step("A phone number is typed", f"{number} is new to this register, so AIQ is asked.") as scene:
        found = await lookup.find_shopper(stage.register, number)
        _say_found(scene, found)
        scene.expect(found.source == "aiq" and found.outcome == "member", "A member was to be found in AIQ.")
    async with stage.step("The same number again", "Now the answer comes from this register, within a blink.") as scene:
        calls = len(stage.simulation.calls)
        found = await lookup.find_shopper(stage.register, number)
        _say_found(scene, found)
        scene.expect(found.source == "cache" and len(stage.simulation.calls) == calls, "The cache was to answer alone.")
    assert found.known is not None, "a member is known"
    return found.known


def _say_found(scene: Scene, found: Found) -> None:
    sign = "★ member" if found.outcome == "member" else found.outcome.replace("_", " ")
    scene.say(f"{found.name}   {mask(found.phone)}   {sign}", *([found.note] if found.note else []))


async def verify_by_code(stage: Stage, known: Known) -> Served:
    """A text, a wrong code, the right one."""
    number, calls = case("reference").number, stage.simulation.calls
    began = len(calls)
    async with stage.step("A code by text", "One press, one text; never a second by itself.") as scene:
        sent = await verify.send_code(stage.register, known, stage.sam)
        code = stage.simulation.last_code(number)
        scene.say(f"Sent to {sent.to}; {sent.sends_left} more may follow.", f"The shopper's phone shows {code}.")
    async with stage.step("A wrong code", "Each try is counted before it is checked.") as scene:
        before = len(calls)
        try:
            await verify.with_code(stage.register, known, _another(code), stage.sam)
        except CodeRefused as refused:
            scene.say(refused.title)
            left = refused.facts.get("tries_left")
        else:
            left = None
        scene.expect(left == 4, "A wrong code was to leave four tries.")
    astray = len(calls) - before
    async with stage.step(
        "The right code opens the wallet", "Usable rewards first; the others with their one reason."
    ) as scene:
        opened = await verify.with_code(stage.register, known, code, stage.sam)
        view = wallet.show(stage.register, opened.visit, fresh=opened.fresh)
        show_wallet(scene, view)
        scene.expect(any(offer.use.usable for offer in view.offers), "A reward was to be usable.")
    return Served(known=known, visit=opened.visit, requests=len(calls) - began - astray)


def _another(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04}"


def show_wallet(scene: Scene, view: WalletView) -> None:
    """Three numbers and a line for each reward."""
    points = view.points
    if points.available is not None:
        numbers = (points.available, points.redeemed, points.remaining)
        scene.say("Available {} · redeemed now {} · remaining {}".format(*map(in_points, numbers)))
    scene.say(*([view.note] if view.note else []))
    rows = [
        (
            shown(offer.reward.name),
            _worth(offer.reward),
            in_points(offer.reward.points),
            "yes" if offer.use.usable else (offer.use.reason or ""),
        )
        for offer in view.offers
    ]
    scene.grid(("Reward", "Worth", "Points", "Usable"), rows, numbers=("Worth", "Points"))


def _worth(reward: Reward) -> str:
    cents = [] if reward.cents_off is None else [f"${reward.cents_off / 100:.2f}"]
    percent = [] if reward.percent_off is None else [f"{in_points(reward.percent_off)} %"]
    return " and ".join([*cents, *percent]) or "in the till"


async def redeem_one(stage: Stage, served: Served) -> Served:
    """Redeem: saved first, then sent, once."""
    calls = len(stage.simulation.calls)
    async with stage.step(
        "A reward is redeemed", "Saved with its audit row before the first byte leaves; sent once."
    ) as scene:
        before = stage.balances(served.known)
        done = await redeem.redeem(stage.register, served.visit, TEN_DOLLARS, stage.sam, fresh=True)
        in_till = f" Now apply “{shown(done.link.name)}” (id {done.link.id}) in the till." if done.link else ""
        scene.say(f"“{shown(done.reward.name)}” is {done.intent.state.value}.{in_till}")
        stage.show_balances(scene, served.known, before)
        here, there = stage.balances(served.known)
        scene.expect(done.intent.state is State.DONE and here == there, "The redemption was to be done.")
        requests = served.requests + len(stage.simulation.calls) - calls
        scene.say(f"Code, wallet, redemption: {requests} requests in all.")
        scene.expect(requests == LEAST_REQUESTS, f"It was to take {LEAST_REQUESTS} requests, not {requests}.")
    return Served(known=served.known, visit=served.visit, redemption=done.intent.id, requests=requests)


async def undo_it(stage: Stage, served: Served) -> None:
    """Undo within the set time, by the same budtender."""
    async with stage.step("Undo", "A reversing entry gives the points back; nothing is deleted.") as scene:
        before = stage.balances(served.known)
        undone = await undo.undo(stage.register, served.redemption, stage.sam)
        scene.say(f"{in_points(undone.points)} points are back. Take the discount out of the till, too.")
        stage.show_balances(scene, served.known, before)
        here, there = stage.balances(served.known)
        done = undone.entry is not None and undone.entry.state is State.DONE
        scene.expect(done and here == there, "The points were to be back here and in AIQ.")
