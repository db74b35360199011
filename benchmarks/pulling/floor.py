"""The floor: a bare script that pulls every customer into an encrypted file with the same columns and indexes.

No limits, no retries, no cursor, no translation of failures: httpx, msgspec into a struct, executemany, a transaction
a page. `python -m benchmarks.pulling.floor URL PATH` prints what it took; with `changed` behind, only the last hour.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import sqlcipher3.dbapi2 as sqlcipher

from budtender.cache import schema
from budtender.cache.database import switches

SIZE = 5_000
_UPSERT = """INSERT INTO customer (credential, id, phone, body) VALUES (?, ?, ?, ?)
             ON CONFLICT (credential, id) DO UPDATE SET phone = excluded.phone, body = excluded.body"""


def _wire(name: str) -> str:
    head, *tail = name.split("_")
    return "lastModifiedDateUTC" if name == "last_modified" else head + "".join(part.capitalize() for part in tail)


class Row(msgspec.Struct, rename=_wire, gc=False, omit_defaults=True):
    """What is kept of a customer."""

    customer_id: int
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    cell_phone: str | None = None
    email_address: str | None = None
    date_of_birth: str | None = None
    gender: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    status: str | None = None
    customer_type: str | None = None
    discount_groups: list[str] | None = None
    is_loyalty_member: bool | None = None
    loyalty_tier: str | None = None
    opted_into_marketing: bool | None = None
    external_customer_id: str | None = None
    merged_into_customer_id: int | None = None
    last_modified: str | None = None
    creation_date: str | None = None


def opened(path: str) -> Any:
    """A new encrypted file with every table and index of the register."""
    connection = sqlcipher.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    for pragma in switches():
        connection.execute(f"PRAGMA {pragma}")
    schema.migrate(connection)
    return connection


def main() -> None:
    """Pull once."""
    url, path = sys.argv[1:3]
    changed = sys.argv[3:] == ["changed"]
    connection = opened(path)
    decoder, encode = msgspec.json.Decoder(list[Row]), msgspec.json.Encoder().encode
    began, used, rows, page = time.perf_counter(), time.process_time(), 0, 0
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        while True:
            if changed:
                now = datetime.now(UTC)
                params = {
                    "fromLastModifiedDateUTC": f"{now - timedelta(minutes=15):%Y-%m-%dT%H:%M:%SZ}",
                    "toLastModifiedDateUTC": f"{now:%Y-%m-%dT%H:%M:%SZ}",
                }
                people = decoder.decode(client.get("/customer/customers", params=params).content)
            else:
                params = {"PageNumber": str(page), "PageSize": str(SIZE)}
                people = decoder.decode(client.get("/customer/customers-paginated", params=params).content)
            if people:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(
                    _UPSERT,
                    [
                        ("till", str(p.customer_id), f"+1{p.phone}" if p.phone else None, encode(p).decode())
                        for p in people
                    ],
                )
                connection.execute("COMMIT")
            rows, page = rows + len(people), page + 1
            if changed or not people:
                break
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    connection.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(msgspec.json.encode({"rows": rows, "seconds": seconds, "cpu": cpu, "peak_kib": peak}).decode())


if __name__ == "__main__":
    main()
