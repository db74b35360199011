"""Which store a new member counts to: this register's own, unless another one is chosen by its digit."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt

from budtender.model import Store
from budtender.names import shown
from budtender.register import Register
from budtender.settings import STORE_ID
from ui.widgets.button import Button
from ui.widgets.choice import NUMBERED

translate = QCoreApplication.translate
KEY = "Alt+O"
LONGEST_NAME = 40


class StoreField(Button):
    """Names the store; pressed, the others are offered. Hidden where AIQ has told of fewer than two."""

    def __init__(self) -> None:
        super().__init__("", "plain", icon="storefront", key=KEY)
        self.setObjectName("store")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._stores: tuple[Store, ...] = ()

    def know(self, places: tuple[Store, ...]) -> None:
        """Which stores there are."""
        self._stores = places[:NUMBERED]

    @property
    def there(self) -> bool:
        """Whether there is something to choose."""
        return len(self._stores) > 1

    def show_store(self, chosen: int | None, register: Register) -> None:
        """Name the chosen one, else the register's own."""
        wanted = chosen or register.settings.get(STORE_ID)
        name = next((_name(store) for store in self._stores if store.id == wanted), "")
        words = translate("Store", "Store: {name}").format(name=name) if name else translate("Store", "Choose a store")
        self.say(words)
        self.setVisible(self.there)

    def rows(self) -> list[str]:
        """The names of all, in the order of their digits."""
        return [_name(store) for store in self._stores]

    def chosen(self, index: int) -> int:
        """The id of the one with this place."""
        return self._stores[index].id


def _name(store: Store) -> str:
    return shown(store.nickname or store.name)[:LONGEST_NAME]
