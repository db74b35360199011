"""Reading an answer's body without letting it grow beyond what was agreed."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

#: The largest body that is taken, after decoding.
LARGEST_BODY = 16 * 1024 * 1024
#: Decoded in parts of this size, so that a small compressed body never becomes a large one at once.
_PART = 256 * 1024

_PLAIN = ("", "identity")
_GZIP = 16 + zlib.MAX_WBITS


class BodyUnusable(Exception):
    """The body cannot be taken; the message says why."""


class BodyTooLarge(BodyUnusable):
    """The body is larger than agreed; asking for fewer rows may help."""


async def read_body(pieces: AsyncIterator[bytes], encoding: str, largest: int = LARGEST_BODY) -> bytes:
    """The whole decoded body of an answer whose `Content-Encoding` is `encoding`.

    Takes gzip, deflate and plain. Raises BodyTooLarge beyond `largest` bytes, and BodyUnusable for another encoding
    and for compressed data that is damaged, cut short or followed by more.
    """
    encoding = encoding.strip().lower()
    if encoding not in (*_PLAIN, "gzip", "deflate"):
        raise BodyUnusable("compressed in a way that was not asked for")
    stream: zlib._Decompress | None = None
    taken: list[bytes] = []
    size = 0
    async for piece in pieces:
        if encoding in _PLAIN or not piece:
            parts = iter((piece,))
        else:
            stream = stream or zlib.decompressobj(_bits(encoding, piece))
            parts = _inflate(stream, piece)
        for part in parts:
            taken.append(part)
            size += len(part)
            if size > largest:
                raise BodyTooLarge(f"larger than {largest // 1024} KiB")
    if stream and not stream.eof:
        raise BodyUnusable("compressed data cut short")
    return b"".join(taken)


def _bits(encoding: str, begin: bytes) -> int:
    """How zlib is told what `begin` begins; some servers send deflate without the wrapper the standard asks for."""
    if encoding == "gzip":
        return _GZIP
    return zlib.MAX_WBITS if begin[0] & 0x8F == 0x08 else -zlib.MAX_WBITS


def _inflate(stream: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    part = None
    # A full part may leave something behind inside the stream although all of the piece was taken.
    while piece or part is None or len(part) == _PART:
        try:
            part = stream.decompress(piece, _PART)
        except zlib.error as error:
            raise BodyUnusable("damaged compressed data") from error
        if stream.unused_data:
            raise BodyUnusable("something follows the compressed data")
        yield part
        piece = stream.unconsumed_tail
