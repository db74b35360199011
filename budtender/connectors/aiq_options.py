"""Every choice that AIQ's public papers leave open, by name, with the reason for the side taken.

Constants are choices nobody should change without new evidence; AiqOptions are those that a site settles with AIQ's
support. Choices that are rules and not calls (which reward may be redeemed, how long a code is shown as valid, that
one reward goes on a sale) belong to the counter and are not here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec

#: The only host of every documented sample; a setting all the same, because no sandbox host is public.
BASE_URL = "https://lab.alpineiq.com"
#: One word after "x-": `x-api-key`, bearer tokens and query keys are on record as refused.
KEY_HEADER = "x-apikey"

#: A bare phone matches several fields, so rows are filtered here and one row is not enough to choose from.
SEARCH_LIMIT = 100
#: Between the smallest page in use and the largest stated (100 to 2,000); the exact bounds are not public.
PAGE = 500
#: New personas are read newest first down to the last one seen; this much is read twice, since ingestion takes
#: up to 24 hours and merges a night more. AIQ has no filter for changed personas.
OVERLAP = timedelta(hours=48)
#: A page that brings again what the one before it brought is asked for so many times more.
REPEATS = 2
#: A walk over pages ends here at the latest, should a server repeat itself for ever; the largest account on
#: record has 337,000 personas.
MOST_PAGES = 4_000

#: The only published ceiling (inventory's); taken over for personas and sales, which state none.
CHUNK = 100
#: A bulk element keeps its wrapper, `{"member": …}`: "an array of the same structure" reads so.
MEMBER_KEY = "member"
SALE_KEY = "visit"
#: Other offsets than this one are in no sample, so times are always sent in UTC.
TIME_FORMAT = "%Y-%m-%d %H:%M:%S +0000"
BIRTHDAY_FORMAT = "%m/%d/%Y"

#: A code has four digits everywhere; up to eight pass unchanged, because the retailer's master PIN may be one.
SHORTEST_CODE = 4
LONGEST_CODE = 8
#: Windows are not paged: 15,000 rows for 30 days have been seen. At a till an hour is enough, in a job a day.
LONGEST_WINDOW = timedelta(days=1)
#: The note of an adjustment is the one place for our key; what AIQ would cut off is not public, so stay short.
LONGEST_NOTE = 200


class AiqOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a site may have settled differently with AIQ; the defaults are the safe side.

    `disable_sms`: its meaning is open (one client sets it equal to the consent), so it is left out unless set.
    `member_names`: the core integration article says `first_name`, a partner's connector sends `firstName`.
    `inventory_names`: three keys look cut at ten characters in the article; a partner sends them whole.
    `opt_in_loyalty`: whether the opt-in call carries `loyalty`, and as a query parameter, is inferred; None omits it.
    """

    disable_sms: bool | None = None
    member_names: Literal["snake", "camel"] = "snake"
    inventory_names: Literal["short", "long"] = "short"
    opt_in_loyalty: bool | None = None
