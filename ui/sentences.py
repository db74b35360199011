"""The sentences themselves: one for each code of a failure, and why a reward cannot be used now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802  (the name that Qt's extraction knows)
    """Mark a text for translation where it stands; it is translated where it is told."""
    return text


#: How the vendors write their names.
VENDORS = {"aiq": "AIQ", "dutchie": "Dutchie", "posabit": "POSaBIT", "flourish": "Flourish"}


def vendor(system: str) -> str:
    """A remote system as its vendor writes it; a till that was described here has no vendor."""
    return VENDORS.get(system) or translate("Failure", "The till")


_MANAGER = QT_TRANSLATE_NOOP("Failure", "A manager can help with F7.")
_ANOTHER = QT_TRANSLATE_NOOP("Failure", "Another manager has to.")
_RESEND = QT_TRANSLATE_NOOP("Failure", "F8 sends a new one.")
_COMPARE = QT_TRANSLATE_NOOP("Failure", "Compare the digits with the shopper.")
_PIN = QT_TRANSLATE_NOOP("Failure", "A manager can go on with a PIN: F7.")
OTHER = QT_TRANSLATE_NOOP("Failure", "Choose another reward.")
_ANEW = QT_TRANSLATE_NOOP("Failure", "To redeem it, open the wallet anew: with a new code or a PIN.")
_LATER = QT_TRANSLATE_NOOP("Failure", "Try again when AIQ answers. Nothing was redeemed.")
_AS_ON_ID = QT_TRANSLATE_NOOP("Failure", "Type it as on the shopper's ID.")

#: Title and hint by `kind.code`, code or kind, the first that is there.
TOLD: dict[str, tuple[str, str]] = {
    # a phone number
    "phone_error.too_long": (QT_TRANSLATE_NOOP("Failure", "A phone number has 10 digits."), _COMPARE),
    "not_a_number": (QT_TRANSLATE_NOOP("Failure", "That is not a phone number."), _COMPARE),
    "letters": (QT_TRANSLATE_NOOP("Failure", "A phone number has digits only."), _COMPARE),
    "other_country": (
        QT_TRANSLATE_NOOP("Failure", "AIQ keeps only US and Canadian numbers."),
        QT_TRANSLATE_NOOP("Failure", "Ask for a US or Canadian number."),
    ),
    "digits": ("", _COMPARE),
    "area_code": (QT_TRANSLATE_NOOP("Failure", "Area codes do not start with 0 or 1."), _COMPARE),
    "impossible": (QT_TRANSLATE_NOOP("Failure", "No phone has this number."), _COMPARE),
    # finding a shopper
    "several": ("", QT_TRANSLATE_NOOP("Failure", "Which one? Press 1 to {count}.")),
    "no_shopper.not_found": (
        QT_TRANSLATE_NOOP("Failure", "No member with this number."),
        QT_TRANSLATE_NOOP("Failure", "Compare the digits, or Enter to sign up."),
    ),
    "only_in_till": (
        QT_TRANSLATE_NOOP("Failure", "The till knows {name}; AIQ does not list this number yet."),
        QT_TRANSLATE_NOOP("Failure", "Enter to sign up. What the till tells can take AIQ up to 24 hours."),
    ),
    "gone": (
        QT_TRANSLATE_NOOP("Failure", "This number cannot use points here."),
        QT_TRANSLATE_NOOP("Failure", "AIQ has blocked, deleted or merged it. A manager can see why there."),
    ),
    "barcode_unknown": (
        QT_TRANSLATE_NOOP("Failure", "This card tells no shopper that is known here."),
        QT_TRANSLATE_NOOP("Failure", "Type the phone number instead."),
    ),
    "no_such_choice": (
        QT_TRANSLATE_NOOP("Failure", "There is no such choice."),
        QT_TRANSLATE_NOOP("Failure", "Which one? Press 1 to {count}."),
    ),
    "not_found": (
        QT_TRANSLATE_NOOP("Failure", "AIQ does not know this any more."),
        QT_TRANSLATE_NOOP("Failure", "Look the number up again."),
    ),
    "number_unknown": (
        QT_TRANSLATE_NOOP("Failure", "AIQ does not know this number."),
        QT_TRANSLATE_NOOP("Failure", "F10 signs the shopper up."),
    ),
    "shopper_gone": (
        QT_TRANSLATE_NOOP("Failure", "AIQ does not know this shopper any more."),
        QT_TRANSLATE_NOOP("Failure", "Look the number up again."),
    ),
    "not_one_person": (
        QT_TRANSLATE_NOOP("Failure", "AIQ lists nobody, or several people, under this number."),
        QT_TRANSLATE_NOOP("Failure", "A manager can look in AIQ."),
    ),
    "number_moved": (
        QT_TRANSLATE_NOOP("Failure", "This number belongs to another shopper by now."),
        QT_TRANSLATE_NOOP("Failure", "Look the number up again, and send a new code."),
    ),
    "other_wallet": (
        QT_TRANSLATE_NOOP("Failure", "AIQ opens another shopper's wallet for this number."),
        QT_TRANSLATE_NOOP("Failure", "Several people use it: a manager asks AIQ to part them."),
    ),
    # the code
    "text_code_off": (
        QT_TRANSLATE_NOOP("Failure", "The text code is switched off."),
        QT_TRANSLATE_NOOP("Failure", "The number alone opens the wallet."),
    ),
    "no_shopper.not_a_member": (
        QT_TRANSLATE_NOOP("Failure", "AIQ does not know this number as a member."),
        QT_TRANSLATE_NOOP("Failure", "F10 signs the shopper up."),
    ),
    "text_unconfirmed": (
        QT_TRANSLATE_NOOP("Failure", "AIQ did not confirm the text; it may arrive all the same."),
        QT_TRANSLATE_NOOP("Failure", "Wait for it a moment, then F8, or F7 for a manager's PIN."),
    ),
    "code_locked": (
        QT_TRANSLATE_NOOP("Failure", "Too many tries. Locked until {until} on this register."),
        _MANAGER,
    ),
    "resend_wait": (
        QT_TRANSLATE_NOOP("Failure", "New code in {wait_seconds}."),
        QT_TRANSLATE_NOOP("Failure", "The first one may still arrive. F7 asks a manager."),
    ),
    "resend_limit": ("", QT_TRANSLATE_NOOP("Failure", "Try again at {until}, or use a manager PIN: F7.")),
    "code_used": (QT_TRANSLATE_NOOP("Failure", "This code has been used."), _RESEND),
    "code_not_sent": (QT_TRANSLATE_NOOP("Failure", "No code was sent to this shopper."), _RESEND),
    "code_expired": (QT_TRANSLATE_NOOP("Failure", "This code has expired."), _RESEND),
    "code_shape": (QT_TRANSLATE_NOOP("Failure", "The code has {digits} digits."), ""),
    "code_wrong": ("", ""),
    "no_wallet": (
        QT_TRANSLATE_NOOP("Failure", "AIQ has no wallet for this number."),
        QT_TRANSLATE_NOOP("Failure", "Not a member yet, or blocked. F10 signs up."),
    ),
    "no_mobile": (
        QT_TRANSLATE_NOOP("Failure", "AIQ has no mobile number for this shopper."),
        QT_TRANSLATE_NOOP("Failure", "F10 signs them up with their mobile number."),
    ),
    "not_verified": (
        QT_TRANSLATE_NOOP("Failure", "The shopper has to be verified first."),
        QT_TRANSLATE_NOOP("Failure", "Look the number up again."),
    ),
    # signing up
    "missing": (QT_TRANSLATE_NOOP("Failure", "This is missing."), _AS_ON_ID),
    "no_letters": (QT_TRANSLATE_NOOP("Failure", "A name has letters."), _AS_ON_ID),
    "control_characters": (
        QT_TRANSLATE_NOOP("Failure", "This holds invisible characters."),
        QT_TRANSLATE_NOOP("Failure", "Type it instead of pasting it."),
    ),
    "too_long": (QT_TRANSLATE_NOOP("Failure", "This is too long: {longest} characters fit."), ""),
    "email_shape": (
        QT_TRANSLATE_NOOP("Failure", "That is not an e-mail address."),
        QT_TRANSLATE_NOOP("Failure", "Type it again, or leave it out."),
    ),
    "birth_date_shape": (
        QT_TRANSLATE_NOOP("Failure", "That is not a birth date."),
        QT_TRANSLATE_NOOP("Failure", "Month, day, year, such as 04/18/1990."),
    ),
    "birth_date_impossible": (QT_TRANSLATE_NOOP("Failure", "Nobody has this birth date."), _AS_ON_ID),
    "too_young": (QT_TRANSLATE_NOOP("Failure", "Not old enough for loyalty here ({minimum_age})."), ""),
    "number_taken": (
        QT_TRANSLATE_NOOP("Failure", "This number belongs to {name}"),
        QT_TRANSLATE_NOOP("Failure", "Is it the same person?"),
    ),
    "sign_up_waiting": (
        QT_TRANSLATE_NOOP("Failure", "This number is being signed up already."),
        QT_TRANSLATE_NOOP("Failure", "It is on its way to AIQ."),
    ),
    "signed_up_meanwhile": (
        QT_TRANSLATE_NOOP("Failure", "This number was signed up a moment ago."),
        QT_TRANSLATE_NOOP("Failure", "Look the shopper up."),
    ),
    "not_listed_yet": (
        QT_TRANSLATE_NOOP("Failure", "AIQ does not list this shopper yet."),
        QT_TRANSLATE_NOOP("Failure", "After a sign-up it takes up to 24 hours."),
    ),
    "merged_meanwhile": (QT_TRANSLATE_NOOP("Failure", "AIQ has merged this sign-up into another shopper."), ""),
    "no_loyalty_here": (
        QT_TRANSLATE_NOOP("Failure", "Loyalty is not allowed for this shopper in {state}."),
        QT_TRANSLATE_NOOP("Failure", "The sale goes on without it."),
    ),
    "yes_needed": (
        QT_TRANSLATE_NOOP("Failure", "Without a yes nothing may be kept of a shopper in {state}."),
        QT_TRANSLATE_NOOP("Failure", "The sale goes on without a sign-up."),
    ),
    "picture_shape": (
        QT_TRANSLATE_NOOP("Failure", "The signature cannot be kept as it is."),
        QT_TRANSLATE_NOOP("Failure", "Ask the shopper again."),
    ),
    # the profile in the till
    "till_needs": (
        QT_TRANSLATE_NOOP("Failure", "{system} needs more of the shopper: {missing}."),
        QT_TRANSLATE_NOOP("Failure", "Ask for it at the next sign-up, or make the profile in the till."),
    ),
    "till_makes_it": (
        QT_TRANSLATE_NOOP("Failure", "{system} makes this profile only itself."),
        QT_TRANSLATE_NOOP("Failure", "It needs the patient's card."),
    ),
    "till_not_connected": (
        QT_TRANSLATE_NOOP("Failure", "The till “{name}” is not connected any more."),
        QT_TRANSLATE_NOOP("Failure", "A manager connects it again."),
    ),
    # PINs
    "pin_wrong": ("", QT_TRANSLATE_NOOP("Failure", "A pause comes first: {wait_seconds}.")),
    "pin_wrong_locked": (QT_TRANSLATE_NOOP("Failure", "PIN not recognized. It is locked now."), ""),
    "pin_locked": (
        QT_TRANSLATE_NOOP("Failure", "Too many wrong PINs."),
        QT_TRANSLATE_NOOP("Failure", "A manager unlocks it with a PIN of their own."),
    ),
    "pin_wait": (
        QT_TRANSLATE_NOOP("Failure", "A pause after wrong PINs. Try again in {wait_seconds}."),
        QT_TRANSLATE_NOOP("Failure", "Tries left before it is locked: {tries_left}."),
    ),
    "pin_shape": (QT_TRANSLATE_NOOP("Failure", "A PIN has {shortest} to {longest} digits."), ""),
    "pin_easy": (
        QT_TRANSLATE_NOOP("Failure", "This PIN is too easy to guess."),
        QT_TRANSLATE_NOOP("Failure", "No rows, no repetitions, no pattern on the pad."),
    ),
    "pin_taken": (
        QT_TRANSLATE_NOOP("Failure", "This PIN cannot be used."),
        QT_TRANSLATE_NOOP("Failure", "Choose another."),
    ),
    "pin_missing": (QT_TRANSLATE_NOOP("Failure", "This role needs a PIN."), ""),
    "no_pin_set": (
        QT_TRANSLATE_NOOP("Failure", "Nobody here has a PIN that can approve this."),
        QT_TRANSLATE_NOOP("Failure", "An owner gives managers their PINs."),
    ),
    "no_pin_to_sign_in": (
        QT_TRANSLATE_NOOP("Failure", "Nobody here has a PIN to sign in with."),
        QT_TRANSLATE_NOOP("Failure", "An owner gives everybody one: budtender staff."),
    ),
    "role_too_low": (QT_TRANSLATE_NOOP("Failure", "{name} cannot approve this."), _ANOTHER),
    "own_purchase": (QT_TRANSLATE_NOOP("Failure", "You cannot approve your own wallet."), _ANOTHER),
    "managers_only": (
        QT_TRANSLATE_NOOP("Failure", "Only a manager or an owner with a PIN of their own can unlock."),
        QT_TRANSLATE_NOOP("Failure", "Ask one of them."),
    ),
    "own_pin": (
        QT_TRANSLATE_NOOP("Failure", "Nobody can unlock their own PIN."),
        QT_TRANSLATE_NOOP("Failure", "Another manager has to."),
    ),
    "not_on_staff": (
        QT_TRANSLATE_NOOP("Failure", "This person is not on the staff of this register."),
        QT_TRANSLATE_NOOP("Failure", "Choose another one."),
    ),
    "staff_exists": (
        QT_TRANSLATE_NOOP("Failure", "This register has a staff already."),
        QT_TRANSLATE_NOOP("Failure", "Sign in with your PIN."),
    ),
    "added_meanwhile": (
        QT_TRANSLATE_NOOP("Failure", "Somebody else was added at this very moment."),
        QT_TRANSLATE_NOOP("Failure", "Do it again."),
    ),
    "pepper_missing": (
        QT_TRANSLATE_NOOP("Failure", "What every PIN is checked with is missing from this computer's secure storage."),
        QT_TRANSLATE_NOOP("Failure", "An owner restores it from a backup, or gives new PINs."),
    ),
    "name_shape": (QT_TRANSLATE_NOOP("Failure", "A name is missing."), ""),
    "name_taken": (QT_TRANSLATE_NOOP("Failure", "Somebody has this name already."), ""),
    # redeeming
    "second_redemption": ("", _PIN),
    "unsettled": (
        QT_TRANSLATE_NOOP("Failure", "An earlier redemption of this shopper is still being checked."),
        QT_TRANSLATE_NOOP("Failure", "Wait until it is known. Nothing was taken now."),
    ),
    "under_way": (
        QT_TRANSLATE_NOOP("Failure", "Another redemption of this shopper is under way."),
        QT_TRANSLATE_NOOP("Failure", "Wait until it is known. Nothing was taken now."),
    ),
    "redeemed_before": (QT_TRANSLATE_NOOP("Failure", "“{name}” was redeemed in this visit already."), OTHER),
    "undone_before": (QT_TRANSLATE_NOOP("Failure", "“{name}” was undone in this visit."), _ANEW),
    "refused_before": (QT_TRANSLATE_NOOP("Failure", "AIQ refused “{name}” in this visit."), _ANEW),
    "spent_meanwhile": (
        QT_TRANSLATE_NOOP("Failure", "The points were spent meanwhile."),
        QT_TRANSLATE_NOOP("Failure", "Back to the wallet, then F5."),
    ),
    "reward_unusable.short": (QT_TRANSLATE_NOOP("Failure", "{points_short} points short."), OTHER),
    "reward_unusable.negative": (QT_TRANSLATE_NOOP("Failure", "The balance is below zero."), OTHER),
    "reward_unusable.expired": (QT_TRANSLATE_NOOP("Failure", "Expired on {expires}."), OTHER),
    "not_in_wallet": (QT_TRANSLATE_NOOP("Failure", "This reward is no longer in the wallet."), OTHER),
    "reward_gone": (QT_TRANSLATE_NOOP("Failure", "“{name}” is no longer in the wallet."), OTHER),
    "reward_unusable": (QT_TRANSLATE_NOOP("Failure", "This reward cannot be used now."), OTHER),
    "offline_off": (QT_TRANSLATE_NOOP("Failure", "Nothing can be redeemed without network here."), _LATER),
    "offline_needs_pin": (QT_TRANSLATE_NOOP("Failure", "Without network it takes a manager's PIN."), _PIN),
    "offline_too_old": ("", _LATER),
    "offline_no_amount": (
        QT_TRANSLATE_NOOP("Failure", "Without network only rewards in dollars can be redeemed."),
        _LATER,
    ),
    "offline_over_limit": (
        QT_TRANSLATE_NOOP("Failure", "Without network a reward may be worth {limit_cents} at most."),
        _PIN,
    ),
    "visit_over": (
        QT_TRANSLATE_NOOP("Failure", "This visit is over, so the wallet is closed."),
        QT_TRANSLATE_NOOP("Failure", "Verify the shopper again."),
    ),
    # undoing
    "other_budtender": (QT_TRANSLATE_NOOP("Failure", "{staff} redeemed this."), _PIN),
    "too_late": ("", _PIN),
    "undone": (
        QT_TRANSLATE_NOOP("Failure", "This has been undone already."),
        QT_TRANSLATE_NOOP("Failure", "Its points come back once."),
    ),
    "withdrawn": (
        QT_TRANSLATE_NOOP("Failure", "This was taken back before it was sent."),
        QT_TRANSLATE_NOOP("Failure", "Nothing was taken."),
    ),
    "not_redeemed": (
        QT_TRANSLATE_NOOP("Failure", "This redemption did not happen."),
        QT_TRANSLATE_NOOP("Failure", "There is nothing to undo."),
    ),
    "no_redemption": (
        QT_TRANSLATE_NOOP("Failure", "This redemption is not known here."),
        QT_TRANSLATE_NOOP("Failure", "Choose one of the list."),
    ),
    "cannot_save": (
        QT_TRANSLATE_NOOP("Failure", "This computer cannot save anything now."),
        QT_TRANSLATE_NOOP("Failure", "Its disk may be full. Nothing was done."),
    ),
    # what keeps a register from opening
    "newer_home": (
        QT_TRANSLATE_NOOP("Failure", "A newer version of Budtender wrote this register's folder."),
        QT_TRANSLATE_NOOP("Failure", "Install that version again. Nothing was changed."),
    ),
    "damaged": (
        QT_TRANSLATE_NOOP("Failure", "This register's files are damaged or missing."),
        QT_TRANSLATE_NOOP("Failure", "Put them back from a backup. Nothing was overwritten."),
    ),
    "wrong_key": (
        QT_TRANSLATE_NOOP("Failure", "The key of this register's data is not there."),
        QT_TRANSLATE_NOOP("Failure", "Sign in to this computer as the account that set the register up."),
    ),
    "no_secure_storage": (
        QT_TRANSLATE_NOOP("Failure", "This computer offers no secure storage for keys."),
        QT_TRANSLATE_NOOP("Failure", "Sign in the way the register was set up."),
    ),
    "keyring_locked": (
        QT_TRANSLATE_NOOP("Failure", "This computer's secure storage is locked."),
        QT_TRANSLATE_NOOP("Failure", "Unlock it, then try again."),
    ),
    "home_in_use": (
        QT_TRANSLATE_NOOP("Failure", "Another program is using this register's folder."),
        QT_TRANSLATE_NOOP("Failure", "Wait until it is done, then try again."),
    ),
    "engine_running": (QT_TRANSLATE_NOOP("Failure", "Another Budtender keeps this register in step already."), ""),
    # far sides
    "refused": (
        QT_TRANSLATE_NOOP("Failure", "AIQ said no."),
        QT_TRANSLATE_NOOP("Failure", "The same would be refused again. A manager can look in AIQ."),
    ),
    "unreachable": (
        QT_TRANSLATE_NOOP("Failure", "AIQ does not answer."),
        QT_TRANSLATE_NOOP("Failure", "F5 tries again. A manager's PIN opens what is known here: F7."),
    ),
    "rate_limited": (
        QT_TRANSLATE_NOOP("Failure", "AIQ asks for a pause."),
        QT_TRANSLATE_NOOP("Failure", "Try again in {wait_seconds}."),
    ),
    "protocol_error": (
        QT_TRANSLATE_NOOP("Failure", "AIQ's answer cannot be understood."),
        QT_TRANSLATE_NOOP("Failure", "F5 tries again. If it keeps happening, tell a manager."),
    ),
    "misconfigured": (
        QT_TRANSLATE_NOOP("Failure", "AIQ does not accept this register's key."),
        QT_TRANSLATE_NOOP("Failure", "A manager has to fix the connection."),
    ),
    "not_connected": (
        QT_TRANSLATE_NOOP("Failure", "This register is not connected to AIQ yet."),
        QT_TRANSLATE_NOOP("Failure", "A manager connects it: budtender connect aiq."),
    ),
    "key_missing": (
        QT_TRANSLATE_NOOP("Failure", "A key of this register is not in the computer's secure storage."),
        QT_TRANSLATE_NOOP("Failure", "A manager has to fix the connection."),
    ),
    # a till
    "till.refused": (
        QT_TRANSLATE_NOOP("Failure", "{system} said no."),
        QT_TRANSLATE_NOOP("Failure", "The same would be refused again. Make the profile in the till."),
    ),
    "till.unreachable": (
        QT_TRANSLATE_NOOP("Failure", "{system} does not answer."),
        QT_TRANSLATE_NOOP("Failure", "It is tried again by itself."),
    ),
    "till.rate_limited": (
        QT_TRANSLATE_NOOP("Failure", "{system} asks for a pause."),
        QT_TRANSLATE_NOOP("Failure", "It is tried again by itself."),
    ),
    "till.protocol_error": (
        QT_TRANSLATE_NOOP("Failure", "{system}'s answer cannot be understood."),
        QT_TRANSLATE_NOOP("Failure", "If it keeps happening, tell a manager."),
    ),
    "till.not_found": (
        QT_TRANSLATE_NOOP("Failure", "{system} does not know this shopper any more."),
        QT_TRANSLATE_NOOP("Failure", "Look them up in the till."),
    ),
    "till.misconfigured": (
        QT_TRANSLATE_NOOP("Failure", "The connection to {system} does not work."),
        QT_TRANSLATE_NOOP("Failure", "A manager has to fix the connection."),
    ),
}

#: Titles that count: the fact with the number, and the sentence.
PLURAL: dict[str, tuple[str, Callable[[int], str]]] = {
    "digits": (
        "digits",
        lambda n: translate("Failure", "A phone number has 10 digits; this one has %n digits.", "", n),
    ),
    "several": ("count", lambda n: translate("Failure", "%n shoppers have this number.", "", n)),
    "resend_limit": ("sends", lambda n: translate("Failure", "%n codes were sent.", "", n)),
    "code_wrong": (
        "tries_left",
        lambda n: translate("Failure", "That is not the code we sent. %n tries left.", "", n),
    ),
    "second_redemption": ("minutes", lambda n: translate("Failure", "Redeemed less than %n minutes ago.", "", n)),
    "offline_too_old": (
        "minutes",
        lambda n: translate("Failure", "The wallet was read more than %n minutes ago.", "", n),
    ),
    "too_late": ("minutes", lambda n: translate("Failure", "This was redeemed more than %n minutes ago.", "", n)),
    "pin_wrong": ("tries_left", lambda n: translate("Failure", "PIN not recognized. %n tries left.", "", n)),
}

#: Why a reward cannot be used now.
REASONS: dict[str, str] = {
    "short": QT_TRANSLATE_NOOP("Reward", "{points_short} points short"),
    "negative": QT_TRANSLATE_NOOP("Reward", "The balance is below zero"),
    "not_available": QT_TRANSLATE_NOOP("Reward", "Not available to this shopper now"),
    "no_address": QT_TRANSLATE_NOOP("Reward", "AIQ gives no way to redeem it here"),
    "foreign_address": QT_TRANSLATE_NOOP("Reward", "Its address is not AIQ's; tell a manager"),
    "expired": QT_TRANSLATE_NOOP("Reward", "Expired on {expires}"),
    "two_values": QT_TRANSLATE_NOOP("Reward", "Dollars and percent at once; a manager has to fix it in AIQ"),
    "tier": QT_TRANSLATE_NOOP("Reward", "A tier reward: shown only"),
    "no_value": QT_TRANSLATE_NOOP("Reward", "Its value lies in the till, and it is not linked there"),
    "not_linked": QT_TRANSLATE_NOOP("Reward", "Not linked to {till}"),
    "redeemed_before": QT_TRANSLATE_NOOP("Reward", "Redeemed in this visit"),
    "undone_before": QT_TRANSLATE_NOOP("Reward", "Undone in this visit; takes a new code"),
    "refused_before": QT_TRANSLATE_NOOP("Reward", "AIQ refused it in this visit; takes a new code"),
    "offline_off": QT_TRANSLATE_NOOP("Reward", "Not available offline"),
    "offline_needs_pin": QT_TRANSLATE_NOOP("Reward", "Without network it takes a manager's PIN"),
    "offline_too_old": QT_TRANSLATE_NOOP("Reward", "The wallet was read too long ago"),
    "offline_no_amount": QT_TRANSLATE_NOOP("Reward", "Without network only dollars can be taken off"),
    "offline_over_limit": QT_TRANSLATE_NOOP("Reward", "Over {limit_cents}, the limit without network: takes a PIN"),
    "ask_first": QT_TRANSLATE_NOOP("Reward", "Ask AIQ first: F5"),
}

#: What a till may need of a shopper, by the field's name.
FIELDS: dict[str, str] = {
    "first_name": QT_TRANSLATE_NOOP("Field", "first name"),
    "last_name": QT_TRANSLATE_NOOP("Field", "last name"),
    "email": QT_TRANSLATE_NOOP("Field", "e-mail address"),
    "phone": QT_TRANSLATE_NOOP("Field", "phone number"),
    "birth_date": QT_TRANSLATE_NOOP("Field", "birth date"),
    "address1": QT_TRANSLATE_NOOP("Field", "street address"),
    "city": QT_TRANSLATE_NOOP("Field", "city"),
    "state": QT_TRANSLATE_NOOP("Field", "state"),
    "postal_code": QT_TRANSLATE_NOOP("Field", "ZIP"),
    "type": QT_TRANSLATE_NOOP("Field", "kind of shopper"),
}
