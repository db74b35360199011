"""The plan of calls to AIQ: what is asked how often, and what that comes to in an hour.

AIQ takes 2,000 calls an hour for the whole account, as two integrators quote it; the limiter keeps this home to 1,800
and everything but the counter to four fifths of that, 1,440. Within them, at 337,000 personas:

| what                                     | how often                           | calls an hour            |
|------------------------------------------|-------------------------------------|--------------------------|
| rewards of the account                   | every minute                        | 60                       |
| redemptions, adjustments                 | every 5 minutes, a day a call       | 12 each                  |
| stores                                   | every hour                          | 1                        |
| personas made since, newest first        | every 30 minutes                    | 2 for each 500 in 48 h   |
| all personas, 500 a page                 | once, then every week, spread       | 674 in all               |
| personas that a pass did not list        | 20 a round, after a pass            | at most 240              |
| shoppers whose points moved elsewhere    | 20 a round                          | at most 240              |
| sales and personas as they happen        | one call each, else a call for 100  | 60 to 120 a register     |
| a backfill of sales and personas         | 100 a call                          | what is left             |
| rows that AIQ did not take               | each a day after its last try       | 100 at the most          |

AIQ cannot be asked for changed personas, so they are all read once a week, a page every four seconds at the most;
what matters of one is asked for anyway when the shopper stands at the counter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

STORES, REWARDS = "stores", "discounts"
REDEMPTIONS, ADJUSTMENTS = "redemptions", "adjustments"
NEW_PERSONAS, ALL_PERSONAS = "new personas", "personas"
EVERY: Mapping[str, timedelta] = {
    STORES: timedelta(hours=1),
    REWARDS: timedelta(minutes=1),
    REDEMPTIONS: timedelta(minutes=5),
    ADJUSTMENTS: timedelta(minutes=5),
    NEW_PERSONAS: timedelta(minutes=30),
    ALL_PERSONAS: timedelta(days=7),
}
#: What is read up to a time of AIQ's, which moves on with each look.
BY_POSITION = (REDEMPTIONS, ADJUSTMENTS, NEW_PERSONAS)
#: Seconds between two pages of all personas: 900 pages an hour leave the rest of the hour to everything else.
PAGE_PAUSE = 4.0
#: A pass gives way to what is due more often after so many pages.
PAGES_AT_ONCE = 10
#: Shoppers asked for one by one in one round, and rounds of that an hour at the most.
ONE_BY_ONE = 20
ROUND = timedelta(minutes=5)
#: How far back the first look into AIQ's windows goes, and how much is read twice: a row may be listed late.
FIRST_LOOK = timedelta(days=1)
LATE_ROWS = timedelta(hours=1)
