"""Licence barcodes of invented people, in every form that cards and scanners give them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

RS, LF, CR = "\x1e", "\n", "\r"
HEAD = f"@{LF}{RS}{CR}ANSI "


def us(day: date) -> str:
    """MMDDYYYY."""
    return f"{day:%m%d%Y}"


def canadian(day: date) -> str:
    """YYYYMMDD."""
    return f"{day:%Y%m%d}"


def elements(
    born: date,
    expires: date,
    *,
    first: str = "DANA",
    last: str = "REYES",
    middle: str = "NONE",
    country: str = "USA",
    state: str = "CO",
) -> dict[str, str]:
    """The elements of a card of 2009 or later, in the usual order."""
    form = canadian if country == "CAN" else us
    return {
        "DAQ": "94-123-0142",
        "DCS": last,
        "DDE": "N",
        "DAC": first,
        "DDF": "N",
        "DAD": middle,
        "DDG": "N",
        "DCA": "R",
        "DCB": "NONE",
        "DCD": "NONE",
        "DBD": form(date(2020, 1, 31)),
        "DBB": form(born),
        "DBA": form(expires),
        "DBC": "2",
        "DAU": "066 in",
        "DAY": "BRO",
        "DAG": "100 EXAMPLE ST",
        "DAI": "DENVER",
        "DAJ": state,
        "DAK": "802020000  ",
        "DCF": "CO0123456789",
        "DCG": country,
    }


def card(parts: Mapping[str, str], *, version: str = "08", separator: str = LF, head: str = HEAD) -> str:
    """The whole barcode; the first element is glued to its subfile's name."""
    jurisdiction = "" if version in ("00", "01") else "02"
    body = separator.join(f"{key}{value}" for key, value in parts.items())
    return f"{head}636020{version}{jurisdiction}02DL00410278ZC03190008DL{body}{CR}ZCZCA{separator}{CR}"
