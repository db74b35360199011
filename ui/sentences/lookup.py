"""A number that is none, and finding the shopper it belongs to."""

from __future__ import annotations

from ui.sentences.marking import QT_TRANSLATE_NOOP, Counting, Sentences, translate

_COMPARE = QT_TRANSLATE_NOOP("Failure", "Compare the digits with the shopper.")

TOLD: Sentences = {
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
}

COUNTED: Counting = {
    "digits": (
        "digits",
        lambda n: translate("Failure", "A phone number has 10 digits; this one has %n digits.", "", n),
    ),
    "several": ("count", lambda n: translate("Failure", "%n shoppers have this number.", "", n)),
}
