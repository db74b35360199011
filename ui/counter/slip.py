"""A slip of paper for one redemption: what to apply in the till, for whoever rings the sale up elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QTextDocument

from budtender.counter.lookup import Found
from budtender.counter.redeem import Redeemed
from budtender.model import State
from ui import language
from ui.counter import offer as offers

if TYPE_CHECKING:  # few registers print
    from PySide6.QtPrintSupport import QPrinter

translate = QCoreApplication.translate
#: The size of the letters.
POINTS = 11


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """What a slip tells of. `place` is the store and the register, `till` the till's name or none."""

    found: Found
    redeemed: Redeemed
    place: str
    till: str
    now: datetime
    training: bool = False


def lines(slip: Slip) -> tuple[str, ...]:
    """The slip's text; the shopper's number is not on it."""
    reward, link = slip.redeemed.reward, slip.redeemed.link
    name, worth = offers.name_of(reward), offers.worth(reward)
    parts = [translate("Slip", "TRAINING. Nothing is real.")] if slip.training else []
    parts += [slip.place, f"{language.day(slip.now)}, {language.clock_time(slip.now)}", "", slip.found.name]
    parts.append(f"{name}: {worth}" if worth and worth not in name else name)
    till = slip.till or translate("Slip", "the till")
    if link is not None:
        words = translate("Slip", "Apply “{name}” in {till}. Discount ID: {id}")
        parts.append(words.format(name=offers.called(link.name), till=till, id=link.id))
    else:
        parts.append(translate("Slip", "Enter it in {till} by hand.").format(till=till))
    if slip.redeemed.intent.state is State.WAITING:
        parts.append(translate("Slip", "Saved at this register; AIQ is told when it can be reached."))
    elif slip.redeemed.balance.shown is not None:
        left = offers.points(slip.redeemed.balance.shown)
        parts.append(translate("Slip", "{points} remain.").format(points=left))
    parts += ["", slip.redeemed.intent.id]
    return tuple(part for n, part in enumerate(parts) if part or n)


def find_printer() -> QPrinter | None:
    """This computer's own printer; None when none is set up."""
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    chosen = QPrinterInfo.defaultPrinter()
    return None if chosen.isNull() else QPrinter(chosen)


#: Where slips go.
printer: Callable[[], QPrinter | None] = find_printer


def put_on_paper(slip: Slip) -> bool:
    """Print it, without asking anything; False when there is no printer, or it does not work."""
    paper = printer()
    if paper is None:
        return False
    from PySide6.QtPrintSupport import QPrinter

    document = QTextDocument()
    font = document.defaultFont()
    font.setPointSize(POINTS)
    document.setDefaultFont(font)
    # Measured for this paper: left to itself it keeps 2 cm free on all sides, half of a receipt's roll.
    document.documentLayout().setPaintDevice(paper)
    document.setPageSize(paper.pageRect(QPrinter.Unit.DevicePixel).size())
    document.setPlainText("\n".join(lines(slip)))  # a name is text, whatever it holds
    document.print_(paper)
    return paper.printerState() is not QPrinter.PrinterState.Error
