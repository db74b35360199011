"""AIQ: one class for the whole interface, its words in files of their own.

`aiq_wire` reads what AIQ answers, `aiq_forms` writes what it is sent, `aiq_options` holds every choice that its public
papers leave open. There are no business rules here: what a shopper may afford is the counter's question.
"""

from __future__ import annotations

from typing import Self

from budtender.connectors.aiq_catalog import Catalog
from budtender.connectors.aiq_consent import Consents
from budtender.connectors.aiq_ingest import Ingest
from budtender.connectors.aiq_options import KEY_HEADER, AiqOptions
from budtender.connectors.aiq_personas import Personas
from budtender.connectors.aiq_points import Points
from budtender.connectors.aiq_wallet import Wallets
from budtender.connectors.aiq_wire import SYSTEM
from budtender.connectors.http import Http
from budtender.connectors.limiter import Limiter


class Aiq(Personas, Wallets, Points, Consents, Catalog, Ingest):
    """AIQ for one account; the key reads and moves everything in it, so it never leaves for another host.

    Raises RemoteErrors only, beside InputError for what must not be sent. A write takes `before_send`, awaited right
    before the first byte leaves. Ids die when AIQ merges personas overnight: NotFound, look up by phone again.
    """

    name = SYSTEM

    @classmethod
    def connect(
        cls,
        base_url: str,
        uid: str,
        key: str,
        limiter: Limiter | None = None,
        *,
        options: AiqOptions | None = None,
    ) -> Self:
        """An account reached over the network; `limiter` is that of the key, shared by everything that uses it."""
        http = Http(system=SYSTEM, base_url=base_url, headers={KEY_HEADER: key.strip()}, limiter=limiter)
        return cls(http, uid, options=options)

    @property
    def base_url(self) -> str:
        """The host that is configured; nothing is ever sent to another one."""
        return self.http.base_url

    async def aclose(self) -> None:
        """Close the connections to AIQ."""
        await self.http.aclose()
