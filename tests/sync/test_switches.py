"""What cannot be taken back shows whom it reaches before it is switched on, and wants the store's name typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from budtender.backoffice import switches
from budtender.errors import InputError
from budtender.settings import DOUBLE_OPT_IN_AFTER, ENROL_AFTER, LAST_BACKUP, POINTS_IMPORTED_ON
from tests.counter.counter import SYSTEM
from tests.sync.selling import Selling


@pytest.mark.requirement("D-067", "D-068", "D-070", "P-023", "P-025", "F-031", "F-032", "X-15")
async def test_a_date_shows_whom_it_reaches_and_wants_the_stores_name(selling: Selling) -> None:
    register = selling.register
    await selling.sync()
    await selling.set(store_name="Harbor Street")
    day = (datetime.now(UTC).date() - timedelta(days=40)).isoformat()
    for setting in (ENROL_AFTER, DOUBLE_OPT_IN_AFTER):
        seen = await switches.preview(register, setting.key, day)
        assert seen.touched
        assert f"reaches {seen.touched:,} shoppers" in seen.told[0]
        assert "24 hours" in seen.told[1]
        for typed in ("", "harbor"):
            with pytest.raises(InputError, match="shoppers") as refused:
                await switches.change(register, setting.key, day, SYSTEM, confirmed=typed)
            assert refused.value.facts["touched"] == seen.touched
            assert register.settings.get(setting) is None
        await switches.change(register, setting.key, day, SYSTEM, confirmed="harbor street ")
        assert register.settings.get(setting) is not None
        with pytest.raises(InputError):
            await switches.change(register, setting.key, "", SYSTEM)
        assert register.settings.get(setting) is not None
    with pytest.raises(InputError, match="can be lost"):
        await switches.change(register, DOUBLE_OPT_IN_AFTER.key, "off", SYSTEM)


@pytest.mark.requirement("D-060", "P-035", "F-024")
async def test_freezing_a_till_wants_a_yes(selling: Selling) -> None:
    register = selling.register
    with pytest.raises(InputError, match="switching away from dutchie"):
        await switches.change(register, LAST_BACKUP.key, "dutchie", SYSTEM)
    with pytest.raises(InputError, match="no kind of till"):
        await switches.change(register, LAST_BACKUP.key, "duchy", SYSTEM, confirmed="yes")
    assert register.tills
    await switches.change(register, LAST_BACKUP.key, "dutchie", SYSTEM, confirmed="yes")
    assert not register.tills
    await switches.change(register, LAST_BACKUP.key, "", SYSTEM)
    assert register.tills


@pytest.mark.requirement("P-032")
async def test_the_day_after_is_proposed_for_accrual(selling: Selling) -> None:
    seen = await switches.change(selling.register, POINTS_IMPORTED_ON.key, "2026-02-28", SYSTEM)
    assert "Points accrual start date to 2026-03-01" in " ".join(seen.told)
