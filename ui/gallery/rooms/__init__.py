"""The scenes by page. A page without its scenes fails a test."""

from __future__ import annotations

from collections.abc import Mapping

from ui.gallery.rooms import age, approve, consent, lookup, redeem, signin, signup, undo, verify, wallet
from ui.gallery.scenes import Scenes

ROOMS: Mapping[str, Scenes] = {
    "S02": signin.scenes,
    "S03": lookup.scenes,
    "S04": verify.scenes,
    "S10": signup.scenes,
    "S11": consent.scenes,
    "S12": age.scenes,
    "S05": approve.scenes,
    "S06": wallet.scenes,
    "S07": redeem.confirm,
    "S08": redeem.done,
    "S09": undo.scenes,
    "Stop": undo.stop,
}
