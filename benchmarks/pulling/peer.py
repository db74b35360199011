"""The peer: the same feed through dlt into a plain SQLite file, as its own guide does it.

`python -m benchmarks.pulling.peer URL FOLDER` prints what it took.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.pulling.floor import SIZE


def main() -> None:
    """Load every customer once."""
    url, folder = sys.argv[1:3]
    os.environ.update(DLT_DATA_DIR=folder, RUNTIME__DLTHUB_TELEMETRY="false", RUNTIME__LOG_LEVEL="ERROR")
    import dlt
    from dlt.destinations import sqlalchemy
    from dlt.sources.helpers import requests

    @dlt.resource(name="customer", primary_key="customerId", write_disposition="merge")
    def customers() -> Iterator[Any]:
        page = 0
        while rows := requests.get(
            f"{url}/customer/customers-paginated", params={"PageNumber": page, "PageSize": SIZE}
        ).json():
            yield rows
            page += 1

    pipeline = dlt.pipeline(
        "customers",
        destination=sqlalchemy(f"sqlite:///{Path(folder) / 'peer.db'}"),
        dataset_name="till",
        pipelines_dir=folder,
    )
    began = time.perf_counter()
    pipeline.run(customers())
    seconds = time.perf_counter() - began
    with pipeline.sql_client() as client:
        found = client.execute_sql("SELECT count(*) FROM customer")
    rows = found[0][0] if found else 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(msgspec.json.encode({"rows": rows, "seconds": seconds, "peak_kib": peak}).decode())


if __name__ == "__main__":
    main()
