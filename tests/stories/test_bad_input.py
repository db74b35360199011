"""Whatever is typed: a clear sentence and the right exit code, never a traceback, nothing stored."""

from __future__ import annotations

import asyncio
import io

import pytest

from budtender.register import Register
from budtender.simulator import Simulation
from tests.stories.command_line import CommandLine
from tests.stories.test_refusals import DANA_PIN, INES, refused

LONG = "x" * 5000
SIGN_UP = {
    "--phone": "3035550190",
    "--first-name": "Odile",
    "--last-name": "Quinn",
    "--birth-date": "1990-04-18",
}


def stored(shop: CommandLine) -> dict[str, int]:
    """How many rows the home has that a refused command may not add to."""

    async def count() -> dict[str, int]:
        async with await Register.open(shop.home) as register:
            tables = ("intent", "consent", "persona", "visit", "staff", "setting", "connection", "audit", "code_sent")
            return {
                table: register.db.read(lambda c, t=table: c.execute(f"SELECT count(*) AS n FROM {t}").fetchone()["n"])  # type: ignore[misc]
                for table in tables
            }

    return asyncio.run(count())


COMMANDS = [
    ("lookup", LONG),
    ("code", LONG),
    ("wallet", LONG, "--code", "1234"),
    ("wallet", INES, "--code", LONG),
    ("wallet", INES, "--pin", "--approver", LONG),
    ("wallet", INES, "--pin", "--reason", LONG),
    ("redeem", LONG, "58214", "--code", "1234"),
    ("redeem", INES, LONG, "--code", "1234"),
    ("undo", LONG),
    ("undo", "0" * 32, "--pin", "--reason", LONG),
    ("optout", LONG),
    ("staff", "add", LONG, "--role", "owner"),
    ("staff", "add", "Dana", "--role", LONG),
    ("connect", "aiq", "--uid", LONG),
    ("connect", "aiq", "--uid", "9" * 5000),
    ("connect", "aiq", "--uid", "9001", "--base-url", LONG),
    ("connect", "aiq", "--uid", "9001", "--base-url", "https://" + LONG + ".example"),
    ("connect", "dutchie", "--store", LONG),
    ("connect", "dutchie", "--store", "Elm", "--base-url", LONG),
    ("connect", "dutchie", "--store", "Elm", "--market", LONG),
    ("settings", "get", LONG),
    ("settings", "set", LONG, "1"),
    ("settings", "set", "register_name", LONG),
    ("settings", "set", "master_pin", LONG),
    ("outbox", "retry", LONG),
    ("outbox", "settle", LONG, "--as", "never"),
    ("outbox", "settle", "0" * 32, "--as", LONG),
    ("lookup", INES, "--staff", LONG),
    ("lookup", INES, "--choose", "9" * 5000),
    *[
        ("signup", *[part for pair in (SIGN_UP | {option: LONG}).items() for part in pair])
        for option in (*SIGN_UP, "--email", "--language", "--source", "--address", "--city", "--state", "--zip")
    ],
]


@pytest.mark.timeout(300)
def test_five_thousand_characters_in_every_field(shop: CommandLine, sim: Simulation) -> None:
    assert shop("lookup", INES).code == 0
    before, happened = stored(shop), len(sim.ledger)
    for arguments in COMMANDS:
        answer = shop(*arguments, stdin=LONG)
        what = [argument[:20] for argument in arguments]
        assert answer.code in (1, 2), (what, answer.err[:300])
        error = answer.document["error"]
        assert error["title"], what
        assert len(answer.err) < 1000, (what, answer.err[:300])
        assert "Traceback" not in answer.err
    assert stored(shop) == before
    assert len(sim.ledger) == happened


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("303555014", "A phone number needs 10 digits; this one has 9."),
        ("3" * 40, "That is not a phone number."),
        ("phone", "That is not a phone number."),
        ("📱📱📱📱📱📱📱📱📱📱", "That is not a phone number."),
        ("1035550142", "Area codes do not start with 0 or 1."),
    ],
)
@pytest.mark.requirement("A-029")
def test_numbers_that_are_none(shop: CommandLine, sim: Simulation, typed: str, sentence: str) -> None:
    sim.calls.clear()
    for command in (("lookup", typed), ("code", typed), ("optout", typed), ("wallet", typed, "--code", "1234")):
        refused(shop(*command), 1, "phone_error", sentence)
    assert not sim.calls


@pytest.mark.parametrize(
    "typed", ["+1 (303) 555-0142", " 303.555.0142 ", "1-303-555-0142", "３０３５５５０１４２", "303\u2011555\u20110142"]
)
def test_a_pasted_number_works(shop: CommandLine, typed: str) -> None:
    assert shop("lookup", typed).document["shopper"]["name"] == "Ines C."


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("<b>Bob</b>", "%s%n", "<b>Bob</b> %."),
        ("ليلى", "الحسن", "ليلى ا."),
        ("[red]Rita[/red]", "{last}", "[red]Rita[/red] {."),
    ],
)
def test_a_name_is_data(shop: CommandLine, sim: Simulation, first: str, last: str, shown: str) -> None:
    fields = SIGN_UP | {"--first-name": first, "--last-name": last}
    joined = shop("signup", *[part for pair in fields.items() for part in pair])
    assert joined.document["shopper"]["name"] == shown
    persona = sim.world.find("3035550190")
    assert persona is not None
    assert (persona.first_name, persona.last_name) == (first, last)
    assert shown in shop("lookup", "3035550190", json=False).out


@pytest.mark.parametrize(
    ("uid", "sentence"),
    [
        ("north", "The AIQ uid is a number, such as 9001."),
        ("-5", "The AIQ uid is a number, such as 9001."),
        ("٩٠٠١", "The AIQ uid is a number, such as 9001."),
        ("9001/../1", "The AIQ uid is a number, such as 9001."),
        ("", "The AIQ uid is a number, such as 9001."),
    ],
)
def test_a_uid_is_a_number(new_home: CommandLine, sim: Simulation, uid: str, sentence: str) -> None:
    answer = new_home("connect", "aiq", f"--uid={uid}", "--base-url", sim.url, stdin=sim.aiq_key)
    refused(answer, 1, "input_error", sentence)
    assert not sim.calls


@pytest.mark.parametrize(
    ("address", "kind", "sentence"),
    [
        ("http://example.com", "misconfigured", "The address of AIQ is not a secure web address."),
        ("ftp://127.0.0.1", "misconfigured", "The address of AIQ is not a secure web address."),
        ("lab.alpineiq.com", "misconfigured", "The address of AIQ is not a secure web address."),
        ("https://user:pass@127.0.0.1", "misconfigured", "The address of AIQ is not a secure web address."),
        ("http://127.0.0.1:notaport", "misconfigured", "The address of AIQ is not a secure web address."),
    ],
)
def test_an_address_is_encrypted_or_on_this_machine(
    new_home: CommandLine, address: str, kind: str, sentence: str
) -> None:
    answer = new_home("connect", "aiq", "--uid", "9001", "--base-url", address, stdin="some-key")
    refused(answer, 1, kind, sentence)


def test_a_key_is_proved_before_it_is_kept(new_home: CommandLine, sim: Simulation) -> None:
    for key in ("wrong-key", "two words", "schlüssel", "x" * 600):
        answer = new_home("connect", "aiq", "--uid", "9001", "--base-url", sim.url, stdin=key)
        assert answer.code == 1
        assert answer.document["error"]["kind"] in {"misconfigured", "input_error"}
        assert key not in answer.err + answer.out
    refused(new_home("lookup", INES), 1, "not_connected", "AIQ is not connected yet.")
    sim.stop()
    away = new_home("connect", "aiq", "--uid", "9001", "--base-url", sim.url, stdin=sim.aiq_key)
    assert (away.code, away.document["error"]["kind"]) == (3, "unreachable")


def test_a_home_belongs_to_one_account(shop: CommandLine, sim: Simulation) -> None:
    other = shop("connect", "aiq", "--uid", "9002", "--base-url", sim.url, stdin=sim.aiq_key)
    refused(other, 1, "input_error", f"This home belongs to AIQ account 9001 at {sim.url}.")
    assert shop("connect", "aiq", "--uid", "9001", stdin=sim.aiq_key).code == 0


def test_a_market_is_two_letters(shop: CommandLine, sim: Simulation) -> None:
    for market in ("Nevada", "x" * 5000, "1", "C0", "ZZ"):
        answer = shop(
            "connect", "dutchie", "--store", "Elm", "--market", market, "--base-url", sim.url, stdin=sim.dutchie_key
        )
        refused(answer, 1, "input_error", "A market is the two letters of a state, such as CO.")


def test_what_is_wrong_beside_a_known_key_is_told_first(shop: CommandLine, sim: Simulation) -> None:
    words = ("connect", "dutchie", "--base-url", sim.url, "--store")
    assert shop(*words, "Elm", stdin=sim.dutchie_key).code == 0
    market = shop(*words, "Oak", "--market", "ZZ", stdin=sim.dutchie_key)
    refused(market, 1, "input_error", "A market is the two letters of a state, such as CO.")
    address = shop(*words, "Oak", "--base-url", "http://far.example", stdin=sim.dutchie_key)
    refused(address, 1, "misconfigured", "The address of Dutchie is not a secure web address.")
    refused(shop(*words, "Oak", stdin=sim.dutchie_key), 1, "input_error", "This key is connected already, as “Elm”.")


def test_bytes_that_are_no_text(shop: CommandLine) -> None:
    """What a terminal in another encoding sends: as an argument, and as the line of a PIN."""
    refused(shop.process("lookup", "\udcff\udcfe"), 2, "usage_error", "What was typed holds bytes that are no text.")
    with shop.start("settings", "set", "master_pin") as process:
        assert isinstance(process.stdin, io.TextIOWrapper)
        process.stdin.buffer.write(b"\xff\xfe\x00\n")
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert "A PIN has 6 to 12 digits and nothing else." in out


def test_an_absurd_number_of_points_is_not_believed(shop: CommandLine) -> None:
    refused(shop("lookup", "3035550123"), 3, "protocol_error", "AIQ sent an answer that cannot be read.")


def test_a_redemption_address_on_another_host_is_not_called(shop: CommandLine, sim: Simulation) -> None:
    assert shop("settings", "set", "text_code", "off").code == 0
    offers = {reward["id"]: reward for reward in shop("wallet", "3035550122").document["rewards"]}
    assert offers["58235"]["reason"] == "Its redemption address is not AIQ's; tell a manager."
    answer = shop("redeem", "3035550122", "58235")
    assert (answer.code, answer.document["error"]["code"]) == (1, "foreign_address")
    assert sim.ledger == []


def test_nothing_secret_is_answered_or_logged(shop: CommandLine, sim: Simulation) -> None:
    assert shop("staff", "add", "Dana", "--role", "owner", stdin=DANA_PIN).code == 0
    dana = ("--staff", "Dana")
    assert shop("code", INES, *dana).code == 0
    code = sim.last_code(INES)
    opened = shop("wallet", INES, "--code", code, *dana)
    assert "redeem/" not in opened.out
    assert shop("redeem", INES, "58214", "--code", code, *dana).code == 0
    written = "".join(path.read_text(errors="replace") for path in (shop.home / "logs").rglob("*") if path.is_file())
    for secret in (sim.aiq_key, DANA_PIN, INES, "Calder"):
        assert secret not in written
        assert secret not in opened.out + opened.err
