"""Signing a shopper up, and their profile in the till."""

from __future__ import annotations

from ui.sentences.marking import QT_TRANSLATE_NOOP, Sentences

_AS_ON_ID = QT_TRANSLATE_NOOP("Failure", "Type it as on the shopper's ID.")

TOLD: Sentences = {
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
