"""Nothing about a shopper and no key reaches the disk through the log, whatever a library says."""

from __future__ import annotations

import json
import logging
import stat
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budtender import log
from budtender.errors import CannotSave

INTENT = "018f3c2a-1234-7abc-9012-345678901234"
#: As an intent has it; ten digits in a row are in one of eleven.
HEX_ID = "9b30355501421c4e8f77a0d2c3b4e5f6"


def lines(home: Path) -> list[dict[str, object]]:
    text = (home / "logs" / "budtender.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def test_a_line_is_one_json_object_with_time_level_and_fields(tmp_path: Path) -> None:
    log.configure(tmp_path)
    log.get_logger("budtender.sync").info("round trip", rows=3, intent=INTENT)
    (line,) = lines(tmp_path)
    assert line["event"] == "round trip"
    assert (line["rows"], line["intent"]) == (3, INTENT)
    assert (line["level"], line["logger"]) == ("info", "budtender.sync")
    assert str(line["at"]).endswith("Z")


def test_lines_and_calls_load_nothing_that_draws_and_leave_it_to_others(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from budtender import log
from budtender.connectors import http
http.load()
log.configure(Path({str(tmp_path)!r}))
log.get_logger("budtender.sync").info("round trip")
before = "rich" in sys.modules or "click" in sys.modules
from rich.console import Console
print(before, Console.__name__)
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "Console"]
    assert lines(tmp_path)


@pytest.mark.parametrize(
    "phone",
    [
        "3035550142",
        "+1 (303) 555-0142",
        "303.555.0142",
        "303 - 555 - 0142",
        "1-303-555-0142",
        "%2B13035550142",
        "303%20555%200142",
        "303–555–0142",
        "٣٠٣٥٥٥٠١٤٢",
        "tel3035550142x",
    ],
)
def test_a_phone_keeps_only_its_last_two_digits(phone: str) -> None:
    masked = log.redact(f"asked for {phone}, twice")
    assert sum(c.isdigit() for c in masked.replace("%2", "")) == 2
    assert log.HIDDEN in masked


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("mail to jane.doe+1@example.co.uk failed", "jane"),
        ("GET /contact?email=jane%40example.com", "jane"),
        ("josé@example.com", "josé"),
        ("headers: {'x-apikey': 'canary-key-1', 'accept': '*/*'}", "canary"),
        ("[(b'X-ApiKey', b'canary-key-1')]", "canary"),
        ("x-apikey: canary-key-1", "canary"),
        ("Authorization: Basic Y2FuYXJ5Og==", "Y2Fu"),
        ('{"authorization":"Bearer canary-key-1"}', "canary"),
        ("Illegal header value b'canary-key-1\\n'", "canary"),
        ("PUT https://127.0.0.1/discount/redeem/canary/9?x=1 timed out", "canary"),
    ],
)
def test_addresses_keys_and_redemption_tokens_are_masked(text: str, secret: str) -> None:
    assert secret not in log.redact(text)
    assert log.HIDDEN in log.redact(text)


@pytest.mark.parametrize(
    "text",
    [
        INTENT,
        HEX_ID,
        "2026-11-20T17:38:19.123456Z",
        "2026-11-20 17:38:19",
        "127.0.0.1:54321",
        "123456789 rows",
        "a @ b",
    ],
)
def test_ids_times_and_small_numbers_stay_readable(text: str) -> None:
    assert log.redact(f"before {text} after") == f"before {text} after"


@given(st.text(), st.text(alphabet="0123456789", min_size=10, max_size=15), st.text())
def test_no_ten_digits_survive_wherever_they_stand(before: str, digits: str, after: str) -> None:
    kept = log.redact(f"{before}{digits}{after}")
    # A neighbour could complete one of our ids or a time, which stay; chance makes none with ten digits.
    assert digits not in kept


def test_fields_are_masked_at_any_depth_and_type(tmp_path: Path) -> None:
    log.configure(tmp_path)
    log.get_logger().info(
        "asked",
        phone=3035550142,
        pin="4711",
        body={"x-apikey": "canary", "to": ["jane@example.com", ("303 555 0142",)], "jane@example.com": 1},
        raw=b"3035550142",
    )
    text = json.dumps(lines(tmp_path), ensure_ascii=False)
    for secret in ("30355", "4711", "canary", "jane", "555 01"):
        assert secret not in text


def test_a_traceback_is_one_line_without_local_variables(tmp_path: Path) -> None:
    log.configure(tmp_path)

    def fail(name: str) -> None:
        raise ValueError("no such persona 303-555-0142")

    try:
        fail("Canary Canarysson")
    except ValueError:
        log.get_logger().exception("bug", number=1)
    (line,) = lines(tmp_path)
    assert "ValueError: no such persona •••-42" in str(line["exception"])
    assert "Canarysson" not in str(line["exception"]).replace('fail("Canary Canarysson")', "")


def test_libraries_and_warnings_are_in_the_file_and_the_terminal_stays_quiet(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log.configure(tmp_path)
    logging.getLogger("somebody").info("GET /3035550142")
    logging.getLogger("somebody").warning("slow: %s", "303 555 0142")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert [line["level"] for line in lines(tmp_path)] == ["warning", "warning"]
    assert lines(tmp_path)[0]["event"] == "slow: •••-42"
    assert capfd.readouterr() == ("", "")


def test_without_a_home_nothing_is_written_anywhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log.configure(tmp_path)
    log.configure(None)
    log.get_logger().error("somewhere")
    assert not (tmp_path / "logs" / "budtender.log").exists()
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in lists, not in a mode")
def test_only_this_account_may_read_the_log(tmp_path: Path) -> None:
    log.configure(tmp_path)
    log.get_logger().info("started")
    folder = tmp_path / "logs"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "budtender.log").stat().st_mode) == 0o600


def test_a_home_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file stands where the folder should be")
    with pytest.raises(CannotSave, match="log folder"):
        log.configure(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_stops_nobody_and_the_lost_lines_are_counted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log.configure(tmp_path)
    path = tmp_path / "logs" / "budtender.log"
    path.symlink_to("/dev/full")
    log.get_logger().error("first")
    log.get_logger().error("second")
    assert capfd.readouterr() == ("", "")

    path.unlink()
    log.get_logger().error("third")
    assert [line.get("count", line["event"]) for line in lines(tmp_path)] == [2, "third"]


@pytest.mark.parametrize("piece", ["x", "1", "1 ", "a@", "a@b.c", "303 555 0142,", "x-apikey:  ", "018f3c2a-", "word "])
def test_two_megabytes_take_less_than_a_tenth_of_a_second_and_leave_a_short_line(piece: str) -> None:
    text = piece * (2_000_000 // len(piece))
    began = time.thread_time()
    line = log._redacted(None, "info", {"body": text})
    assert time.thread_time() - began < 0.1
    assert len(str(line["body"])) < log.LONGEST_TEXT + 100


def test_no_half_of_a_number_is_left_at_a_cut(tmp_path: Path) -> None:
    log.configure(tmp_path)
    for shift in range(14):
        log.get_logger().info("got", body="x" * shift + "303-555-0142, " * 5_000)
    for line in lines(tmp_path):
        assert "303" not in str(line["body"])
        assert "555" not in str(line["body"])


def test_masking_takes_time_in_proportion_to_the_length() -> None:
    def seconds(text: str) -> float:
        began = time.thread_time()
        log.redact(text)
        return time.thread_time() - began

    for piece in ("1", "1-", "a@", "@", "@a.a.a.", "x-apikey", "authorization ", "018f3c2a-", " ", "a"):
        short = seconds(piece * (50_000 // len(piece)))
        long = seconds(piece * (400_000 // len(piece)))
        assert long < 8 * short * 4 + 0.05, piece
