"""The catalogue of settings: the command line lists, explains and changes them from it, the window reads them there.

A setting is one entry here and one `if` that reads it. Values are kept as text and read through `Settings.get`,
which knows each setting's type.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from budtender.errors import SettingError
from budtender.model import Role
from budtender.settings.kinds import CATALOGUE as CATALOGUE
from budtender.settings.kinds import Setting as Setting
from budtender.settings.kinds import choice, day, number, state, switch, text, words

T = TypeVar("T")

# ── verifying ─────────────────────────────────────────────────────────────────────────────────────────────

TEXT_CODE = switch(
    "text_code",
    True,
    "Text code",
    "A shopper proves who they are with a texted code. Off: the phone number alone opens the wallet.",
    "With the text code off anybody who knows a shopper's number can spend their points.",
)
CODE_LENGTH = number("code_length", 4, 4, 8, "Code length", "Digits of a texted code; the last one is checked at once.")
CODE_LIFE = number("code_life_minutes", 10, 1, 60, "Code life", "Minutes after which a code counts as expired.")
CODE_TRIES = number("code_tries", 5, 1, 10, "Code tries", "Wrong codes before the phone is locked on this register.")
CODE_RESEND = number("code_resend_seconds", 30, 0, 600, "Resend wait", "Seconds before another code may be sent.")
CODE_SENDS = number("code_sends", 3, 1, 20, "Codes in a row", "Codes that may be sent to one phone in the window.")
CODE_WINDOW = number("code_window_minutes", 10, 1, 120, "Code window", "Minutes over which sent codes are counted.")
CODE_LOCK = number("code_lock_minutes", 10, 1, 1440, "Code lock", "Minutes a phone stays locked after too many tries.")
VISIT = number("visit_minutes", 5, 1, 60, "Visit", "Minutes that a wallet opened with a code stays open.")
PIN_VISIT = number("pin_visit_minutes", 2, 1, 60, "PIN visit", "Minutes that a wallet opened with a PIN stays open.")

# ── wallet and redeeming ──────────────────────────────────────────────────────────────────────────────────

PERSONA_AGE = number(
    "shopper_age_minutes", 1440, 0, 10_080, "Shopper age", "Minutes after which AIQ is asked again for a shopper."
)
WALLET_AGE = number(
    "wallet_age_seconds",
    120,
    0,
    300,
    "Wallet age",
    "Seconds after which the wallet is read again before a reward is redeemed from it.",
)
UNDO = number("undo_minutes", 10, 0, 1440, "Undo", "Minutes in which the same budtender may undo a redemption.")
SECOND = number(
    "second_redemption_minutes",
    5,
    0,
    1440,
    "Second redemption",
    "Minutes in which another redemption for the same shopper needs a manager's PIN.",
)
TIER_REWARDS = switch(
    "redeem_tier_rewards",
    False,
    "Redeem tier rewards",
    "A tier reward's points are the threshold that opens it, not a price. Off: tier rewards are shown only.",
    "Switch on only after AIQ has confirmed what redeeming a tier reward takes at this account.",
)
STATIC_DISCOUNTS = switch(
    "unlinked_rewards",
    True,
    "Unlinked rewards",
    "Allow rewards without a twin in the till; the budtender then enters the amount as a manual discount.",
)
APPEND_SALE_ID = choice(
    "append_transaction_id",
    "none",
    ("none", "path"),
    "Sale id at the end of the redemption address",
    "AIQ asks native tills to add it but shows no sample; prove it with one test sale first: redeem with --sale.",
)
OFFLINE_REDEEM = switch(
    "offline_redeem",
    False,
    "Redeem without network",
    "With a manager's PIN a reward may be redeemed while AIQ cannot be reached; it is sent later.",
    "Two registers that are both offline can spend the same points; the loss is registers × the limit below, and what "
    "managers allow over it, each time with their PIN.",
)
OFFLINE_LIMIT = number(
    "offline_limit_cents", 2000, 0, 100_000, "Offline limit", "Cents off that one offline redemption may be worth."
)
OFFLINE_AGE = number(
    "offline_age_minutes", 60, 1, 1440, "Offline age", "Minutes a wallet may be old to be redeemed from offline."
)

POINTS_EARNED = number(
    "points_per_100_dollars",
    0,
    0,
    1_000_000,
    "Points for $100",
    "What AIQ gives for $100 of net sales; only to estimate the points of today's purchases, 0 shows dollars instead.",
)

# ── signing up ────────────────────────────────────────────────────────────────────────────────────────────

MINIMUM_AGE = number("minimum_age", 21, 18, 25, "Minimum age", "Years; below it sign-up stops and nothing is saved.")
STATE = state(
    "state",
    "",
    "State",
    "The store's state, whose rules on age, loyalty and ID data are kept; empty: the careful defaults.",
)
PATIENTS = switch(
    "patients",
    False,
    "Patients",
    "The store serves holders of a patient card, from the age that the state sets for them.",
)
FILL_FROM_SCAN = choice(
    "fill_from_scan",
    "state",
    ("state", "on", "off"),
    "Fill in from a scan",
    "Whether a scanned license fills the sign-up form: as the state's rules say, or as the store's counsel allows.",
)
TILL_PROFILE = switch(
    "till_profile",
    True,
    "Create till profile",
    "A shopper who signs up also gets a profile in the till, once, where the till allows it.",
)

TILL_CUSTOMER_TYPE = text(
    "till_customer_type", "Recreational", "Till customer type", "The type of a new till profile, as the till names it."
)

# ── this register ─────────────────────────────────────────────────────────────────────────────────────────

STORE_NAME = text("store_name", "", "Store", "The store's name, as on consent texts and in AIQ.")
STORE_PICTURE = text(
    "store_picture",
    "",
    "Store picture",
    "A picture file of this computer; the shopper's screen shows it while nobody is served. Empty shows a leaf.",
    longest=500,
)
STORE_ID = number("store_id", 0, 0, 2**31 - 1, "AIQ store id", "The favorite store of new members; 0 sends none.")
REGISTER_NAME = text("register_name", "Register 1", "Register", "This register's name in the audit log.")
REGION = choice(
    "phone_region",
    "us",
    ("us", "ca"),
    "Phone region",
    "The country that phone numbers without a code belong to; AIQ keeps US and Canadian numbers only.",
)
LANGUAGE = choice("language", "en", ("en", "es"), "Language", "The language of consent wording.")
REVEAL_ROLE = choice(
    "reveal_role",
    Role.LEAD.value,
    tuple(role.value for role in Role),
    "Whole number",
    "From which role on a shopper's whole number may be shown; every time is written down.",
)
LOYAL_SIGN = switch("loyal_sign", True, "Loyal vs. non-loyal", "Show the member sign beside enrolled shoppers.")

SOUND_VOLUME = number(
    "sound_volume", 60, 0, 100, "Sounds", "How loud right, wrong and scan are, in percent; 0 is off. Each is also seen."
)
STAY_IN_TRAY = switch(
    "stay_in_tray", True, "Stay in the tray", "A closed window waits, locked, beside the clock instead of ending."
)

# ── the window ────────────────────────────────────────────────────────────────────────────────────────────

WINDOW_LANGUAGE = choice(
    "window_language",
    "en",
    ("en", "es"),
    "Language of the window",
    "What staff read; the shopper's screen has its own.",
)
THEME = choice("theme", "system", ("system", "light", "dark"), "Theme", "Light, dark, or as the desktop is.")
TEXT_SIZE = number("text_size", 100, 100, 200, "Text size", "Percent; controls grow with it.")
MOTION = switch("motion", True, "Motion", "Bars that move while something is waited for. Off: they stand still.")
SCANNER = switch(
    "scanner", True, "Scanner", "Catch what a scanner types, wherever the cursor is. Keys are held for 35 ms to tell."
)
CALL_KEY = choice(
    "call_key",
    "pause",
    ("pause", "scroll lock", "off"),
    "Key that calls the window",
    "Brings the window up for a new shopper, whatever has the keyboard; on Windows and X11.",
)
SHOPPER_SCREEN = choice(
    "shopper_screen",
    "second",
    ("second", "window", "off"),
    "Shopper's screen",
    "Show shoppers their own page on a second screen, in a window on this one, or not at all.",
)
AUTO_LOCK = number("auto_lock_minutes", 3, 1, 60, "Lock by itself", "Minutes without a key or click.")

# ── what AIQ is told of the till ──────────────────────────────────────────────────────────────────────────

_TWICE = "An account that AIQ itself reads the till for gets everything twice; switch it off there first."
SEND_PERSONAS = switch(
    "send_personas", True, "Send personas", "Customers of the till become personas in AIQ, without any consent.", _TWICE
)
SEND_SALES = switch(
    "send_sales", True, "Send sales", "Sales and refunds of known customers go to AIQ, which counts the points.", _TWICE
)
SEND_INVENTORY = switch(
    "send_inventory", True, "Send inventory", "AIQ is told what is in stock, over all stores of this home.", _TWICE
)
SYNC_PERSONAS = switch(
    "sync_personas",
    False,
    "Sync personas",
    "What the till changes on a customer from the day this is switched on reaches AIQ; the till is right. It does not "
    "reach back: what was changed before stays as AIQ has it.",
)

MATCH_BY_NAME = switch(
    "match_by_name",
    False,
    "Match by name and birth date",
    "People of one name and birth date are one person, as AIQ joins them where the account has it switched on.",
    "Two people can share a name and a birth date; switch it on only where AIQ has it on.",
)
RELEVANT_MARKET = switch(
    "relevant_market",
    False,
    "Sync to relevant market",
    "AIQ is told only of customers who live in the state of the key that they came through.",
)
HISTORY_DAYS = number(
    "history_days", 365, 1, 7300, "History", "Days that the first copy of a till's customers and sales reaches back."
)
MIRROR_ARCHIVES = switch(
    "mirror_archives",
    False,
    "Mirror archives",
    "Copy all there ever was, so that sales of archived and merged profiles count on both sides. For tills whose "
    "profiles with sales are often archived or merged; it reaches back as well.",
)
LAST_BACKUP = words(
    "last_backup",
    "Use the last backup",
    "Kinds of tills that are not asked anything any more, such as dutchie; all stays as of the last copy.",
    "Only for a store that changes its till and keeps what it has.",
)
ENROL_AFTER = day(
    "enrol_after",
    "Enroll who purchased after",
    "Customers with a phone and a sale on or after this day become members, from a day after it is set on.",
    "It enrolls everybody at once and cannot be taken back.",
)
DOUBLE_OPT_IN_AFTER = day(
    "double_opt_in_after",
    "Double opt-in to who purchased after",
    "Customers with a phone and a sale on or after this day are asked once, by text, to confirm; from a day after it "
    "is set on.",
    "It texts everybody at once. Taken back, members who joined by it alone and never used a form can be lost; leave "
    "it as it is.",
)
POINTS_IMPORTED_ON = day(
    "points_imported_on",
    "Loyalty points imported on",
    "The points of the till's own program as of the end of this day are given in AIQ, one time only.",
    "In AIQ set Settings → Loyalty → Points accrual start date to the day after, or points count twice or not at all.",
)

# ── reconciling ───────────────────────────────────────────────────────────────────────────────────────────

QUIET = number(
    "quiet_seconds",
    60,
    0,
    3600,
    "Quiet period",
    "Seconds to wait after a lost answer before AIQ is read: the deadline, late effects and its read lag together.",
)
LATE = number(
    "late_seconds",
    30,
    0,
    3600,
    "Late effects",
    "Seconds in which a request that lost its answer may still take effect.",
)
LONGEST_LAG = number(
    "longest_lag_seconds",
    900,
    0,
    86_400,
    "Longest read lag",
    "Seconds after which AIQ's reads surely show a write, when nothing newer in them proves it sooner. "
    "0: no such bound is known, and a person decides.",
)
SIGN_UP_LAG = number(
    "sign_up_lag_seconds",
    86_400,
    0,
    604_800,
    "Longest lag of a sign-up",
    "Seconds after which a sign-up that AIQ took is surely found by its phone. Only then is one whose answer was lost "
    "sent once more; a person may do so sooner. 0: no such bound is known, and a person decides.",
)
SYNC_EVERY = number("sync_seconds", 30, 5, 3600, "Sync", "Seconds between two round trips of the sync engine.")


class Settings:
    """The settings in force: changed values over defaults. Replaced as a whole when one changes."""

    def __init__(self, changed: Mapping[str, str] | None = None) -> None:
        self._changed = dict(changed or {})

    def get(self, setting: Setting[T]) -> T:
        """The value in force, of the setting's own type; what only an older version took is as if never set."""
        text = self._changed.get(setting.key)
        if text is None:
            return setting.default
        try:
            return setting.read(text)
        except ValueError:
            return setting.default

    def rows(self) -> list[tuple[Setting[Any], Any, bool]]:
        """Every setting with its value in force and whether it was changed."""
        return [(setting, self.get(setting), key in self._changed) for key, setting in CATALOGUE.items()]


def find(key: str) -> Setting[Any]:
    """One setting by its key. Raises SettingError, naming the nearest ones, when there is none."""
    if key in CATALOGUE:
        return CATALOGUE[key]
    stem = key.partition("_")[0]
    near = [name for name in CATALOGUE if stem and stem in name]
    hint = f"Did you mean {', '.join(near)}?" if near else "`budtender settings list` shows all."
    raise SettingError(f"There is no setting “{key[:40]}”.", hint, field="key", code="setting_unknown", key=key[:40])


def checked(setting: Setting[Any], value: str) -> str:
    """The text to keep for a new value. Raises SettingError with what the setting takes."""
    try:
        read = setting.read(value.strip())
    except ValueError as error:
        raise SettingError(
            f"“{setting.title}” takes {setting.takes}.",
            f"Give {setting.key} such a value.",
            field="value",
            code="setting_shape",
            key=setting.key,
        ) from error
    return in_text(read)


def words_in(value: str) -> frozenset[str]:
    """The words of a setting that takes several."""
    return frozenset(word.strip() for word in value.split(",") if word.strip())


def in_text(value: Any) -> str:
    """A value the way it is typed; no value is an empty text."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
