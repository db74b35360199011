"""The log file: one JSON object a line, for support. Ids only; the redaction below is a second net, not a licence.

Names are never logged. Phones, e-mail addresses, keys and redemption tokens that get in all the same (a library's
message, a traceback) are masked on the way to the disk. Nothing goes to the terminal.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import logging
import os
import re
from collections.abc import Mapping
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from budtender.errors import CannotSave
from budtender.lean import without

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger, ProcessorFormatter
    from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "•••"
FILE_BYTES = 5_000_000
FILES_KEPT = 5
#: A longer value keeps its beginning and its end: a page of HTML must not fill the log, and the last line of a
#: traceback says what happened.
LONGEST_TEXT = 16_000
#: What may straddle a cut and then not be recognized: the longest phone, address or token.
MARGIN = 500
MOST_ITEMS = 100
DEEPEST = 6

#: Fields whose value is a secret whatever it looks like.
SECRET_FIELDS = frozenset(
    {"x-apikey", "apikey", "api_key", "authorization", "code", "key", "password", "pepper", "pin", "secret", "token"}
)
_KEEP = (
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"  # our own ids
    r"|\b(?=\d{0,31}[a-f])[0-9a-f]{32}\b"  # the same without dashes, as intents have them
    r"|\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?"  # times
)
#: Ten digits or more with what people and URLs put between them. Every repeat is bounded or takes what the next
#: cannot, so the time is linear in the text; the same holds for every pattern here.
_PHONE = re.compile(rf"({_KEEP})|\+?\d(?:[ \t\u00a0().\-\u2010-\u2015/_%+]{{0,3}}\d){{9,}}")
_HEADER = re.compile(
    r"\b(x-apikey|authorization)\b([\"']?[ \t]*[:=,][ \t]*(?:b(?=[\"']))?[\"']?)"
    r"(?:(?:basic|bearer)[ \t]+)?[^\s\"',;}]+",
    re.IGNORECASE,
)
_BAD_HEADER = re.compile(r"(Illegal header (?:name|value) )\S[^\n]*")
_REDEMPTION = re.compile(r"(/discount/redeem/)[^\s\"'<>]+", re.IGNORECASE)
_AT_DOMAIN = re.compile(r"(?:@|%40)[\w-]+(?:\.[\w-]+)+")
#: Read backwards, so that the search starts at the sign and not at every letter before it.
_AT_BACKWARDS = re.compile(f"{HIDDEN}@[^\\s\"'<>,;()]+")


class _Logger:
    """Loads structlog with its first line: most commands write none, and none should wait for it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, word: str) -> Any:
        load()
        from structlog.stdlib import get_logger as bound

        return getattr(bound(self._name), word)


def get_logger(name: str = "budtender") -> BoundLogger:
    """The logger of a module; silent until `configure` has named a home."""
    return cast("BoundLogger", _Logger(name))


def configure(home: Path | None) -> None:
    """Log to `home/logs/budtender.log`, or nowhere for None; may be called again.

    Messages of libraries from WARNING up and Python's warnings go to the same file. Raises CannotSave when the
    folder cannot be made.
    """
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, (_LogFile, _Nowhere))]:
        root.removeHandler(handler)
        handler.close()
    root.addHandler(_Nowhere() if home is None else _log_file(home / "logs"))
    root.setLevel(logging.WARNING)
    logging.getLogger("budtender").setLevel(logging.INFO)
    logging.captureWarnings(home is not None)


def is_kept() -> bool:
    """Whether there is a home, and the newest line of this process has reached its disk."""
    handlers = [h for h in logging.getLogger().handlers if isinstance(h, _LogFile)]
    return bool(handlers) and all(handler.lost == 0 for handler in handlers)


def redact(text: str) -> str:
    """`text` without phones, e-mail addresses, keys and redemption tokens; takes time linear in its length."""
    text = _HEADER.sub(rf"\1\2{HIDDEN}", text)
    text = _BAD_HEADER.sub(rf"\1{HIDDEN}", text)
    text = _REDEMPTION.sub(rf"\1{HIDDEN}", text)
    text = _PHONE.sub(_phone, text)
    if "@" in text or "%40" in text:
        text = _AT_DOMAIN.sub(f"@{HIDDEN}", text)
        text = _AT_BACKWARDS.sub(f"{HIDDEN}@{HIDDEN}", text[::-1])[::-1]
    return text


def _phone(found: re.Match[str]) -> str:
    return found[1] or f"{HIDDEN}-{found[0][-2:]}"


def _redacted(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: _clean(value, key) for key, value in event.items()}


def _clean(value: object, field: str = "", depth: int = 0) -> object:
    if field.lower() in SECRET_FIELDS:
        return HIDDEN
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        text = redact(repr(value))
        return value if text == repr(value) else text
    if depth < DEEPEST and isinstance(value, Mapping):
        some = itertools.islice(value.items(), MOST_ITEMS)
        return {_short(str(key)): _clean(item, str(key), depth + 1) for key, item in some}
    if depth < DEEPEST and isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(item, "", depth + 1) for item in itertools.islice(value, MOST_ITEMS)]
    return _short(value if isinstance(value, str) else repr(value))


def _short(text: str) -> str:
    """Masked, and cut in the middle. Masked before it is cut, so that no half of a number is left at the cut."""
    if len(text) <= LONGEST_TEXT:
        return redact(text)
    half = LONGEST_TEXT // 2
    left, right = redact(text[: half + MARGIN])[:-MARGIN], redact(text[-half - MARGIN :])[MARGIN:]
    return f"{left} … {len(text) - LONGEST_TEXT} characters left out … {right}"


def _shared() -> list[Processor]:
    """What happens to every line, ours and the libraries'."""
    import structlog

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,  # plain text: the local variables of a frame hold names and keys
    ]


@cache
def load() -> None:
    """Load what writes the lines, for whoever has the time; else the first line does."""
    with without("rich"):
        import structlog
    wrap = structlog.stdlib.ProcessorFormatter.wrap_for_formatter
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_shared(), wrap],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


@cache
def _formatter() -> ProcessorFormatter:
    load()
    import structlog

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _redacted,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


class _Nowhere(logging.NullHandler):
    """Keeps Python from writing warnings to the terminal when there is no home."""


class _LogFile(RotatingFileHandler):
    """Readable by this account only. A disk that is full loses lines, counts them, and stops nobody's work."""

    lost = 0

    def _open(self) -> io.TextIOWrapper:
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(self.baseFilename, "a", encoding=self.encoding, opener=private)

    def format(self, record: logging.LogRecord) -> str:
        line = _formatter().format(record)
        if self.lost:
            # On a line of its own: half of a lost one may stand before it.
            line = f'\n{{"event": "lines lost before this one", "count": {self.lost}}}\n{line}'
        return line

    def emit(self, record: logging.LogRecord) -> None:
        before = self.lost
        super().emit(record)
        if self.lost == before:
            self.lost = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        self.lost += 1
        stream, self.stream = self.stream, None  # opened anew at the next line
        with contextlib.suppress(OSError):  # the disk that refused the line refuses the rest of it too
            if stream is not None:
                stream.close()


def _log_file(folder: Path) -> _LogFile:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CannotSave(
            f"The log folder {folder} cannot be made: {(error.strerror or 'the disk refused').lower()}.",
            "Free some space, give this account the right to write there, or choose another folder with --home.",
        ) from error
    return _LogFile(folder / "budtender.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True)
