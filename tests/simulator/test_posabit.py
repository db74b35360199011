"""POSaBIT's far side where it is stricter than its published part says."""

from __future__ import annotations

import httpx
import pytest

from tests.simulator.aiq_client import Simulate

DATES = {"start_date": "2015-01-01", "end_date": "2035-12-31"}


@pytest.mark.parametrize("missing", ["start_date", "end_date", ""])
def test_the_newest_list_of_customers_wants_both_dates(simulate: Simulate, missing: str) -> None:
    sim = simulate()
    params = {name: value for name, value in DATES.items() if name != missing}
    auth = (sim.posabit_integrator, sim.posabit_key)
    answer = httpx.get(f"{sim.posabit_url}/v3/venue/customers", params=params, auth=auth, trust_env=False)
    assert answer.status_code == (400 if missing else 200)
