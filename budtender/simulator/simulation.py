"""A whole world over real HTTP: AIQ and the till on one port, with shoppers, texts, points and faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from msgspec.structs import replace
from starlette.routing import Route, Router

from budtender.simulator import (
    aiq_catalog,
    aiq_ingest,
    aiq_personas,
    aiq_points,
    aiq_signup,
    aiq_wallet,
    consent,
    control,
    control_shop,
    custom,
    dutchie_customers,
    dutchie_discounts,
    dutchie_goods,
    dutchie_location,
    dutchie_sales,
    flourish_customers,
    flourish_goods,
    flourish_orders,
    merging,
    points,
    posabit_customers,
    posabit_sales,
    posabit_stock,
)
from budtender.simulator.accounts import Account
from budtender.simulator.aiq import Aiq
from budtender.simulator.calls import Calls
from budtender.simulator.clock import Clock
from budtender.simulator.door import Door, House, no_such_route
from budtender.simulator.dutchie import ROLES, USUAL, Dutchie
from budtender.simulator.dutchie_habits import Habits
from budtender.simulator.exchange import FarSide
from budtender.simulator.faults import Faults
from budtender.simulator.flourish import PREFIX as FLOURISH
from budtender.simulator.flourish import SERVICES, Flourish, facility_id
from budtender.simulator.ledger import Effect, Text
from budtender.simulator.life import Life
from budtender.simulator.opening import open_stores
from budtender.simulator.personas import Persona
from budtender.simulator.population import populate
from budtender.simulator.posabit import PREFIX as POSABIT_PREFIX
from budtender.simulator.posabit import Posabit, keys_of
from budtender.simulator.server import HOST, Server
from budtender.simulator.world import World

_AIQ_OPERATIONS = (
    *aiq_personas.OPERATIONS,
    *aiq_wallet.OPERATIONS,
    *aiq_points.OPERATIONS,
    *aiq_signup.OPERATIONS,
    *aiq_catalog.OPERATIONS,
    *aiq_ingest.OPERATIONS,
)
_DUTCHIE_OPERATIONS = (
    *dutchie_location.OPERATIONS,
    *dutchie_customers.OPERATIONS,
    *dutchie_discounts.OPERATIONS,
    *dutchie_sales.OPERATIONS,
    *dutchie_goods.OPERATIONS,
)
_FLOURISH_OPERATIONS = (
    *flourish_customers.OPERATIONS,
    *flourish_orders.OPERATIONS,
    *flourish_goods.OPERATIONS,
)
_POSABIT_OPERATIONS = (*posabit_stock.OPERATIONS, *posabit_customers.OPERATIONS, *posabit_sales.OPERATIONS)


class Simulation:
    """A simulated world that answers on loopback; use it with `with`, or `start` and `stop`, or `serve`.

    Args:
        shoppers: how many personas AIQ knows, the named cases included.
        seed: the same seed gives the same people, points and keys.
        stores: how many retail locations there are.
        crowd: how many further customers the tills know whom AIQ does not; they cost no memory.
        crowd_days: over how many days before today their records were last changed, evenly.
        sales: how many sales were made before today; they cost no memory.
        days: over how many days before today these sales are spread.
        life: how often something happens in the stores by itself, per simulated hour.
        port: 0 for any free port; a port in use raises OSError.
        latency_ms: real milliseconds before each answer.
        read_lag: simulated seconds by which AIQ's reads are behind.
        limits: whether the vendors' rate limits are enforced.
        faults: a script of faults (TOML or JSON); what is wrong in it raises ValueError.
        uid: AIQ's account number, digits only.
        state: the market the stores and phones are in, such as "CO".
        master_pin: accepted by AIQ in place of a texted code.
        merge_by_name: whether a night also merges people of one name and birth date.
        dutchie_roles: what Dutchie's keys may do.
        dutchie_pages: "spec" (from 0, up to 10,000 rows) or "guide" (from 1, up to 100 rows).
        pascal_whoami: whether Dutchie's `/whoami` spells its keys in PascalCase.
        dutchie_habits: how Dutchie behaves where its papers leave several ways open.
        flourish_services: what Flourish's keys may do.
        flourish_failures_as_200: whether Flourish reports failures under HTTP 200, in the body alone.
        posabit: what is different at POSaBIT, by the names of `Posabit`'s arguments.
    """

    def __init__(
        self,
        shoppers: int = 2000,
        seed: int = 1,
        *,
        stores: int = 4,
        crowd: int = 0,
        crowd_days: int = 1_095,
        sales: int = 0,
        days: int = 400,
        life: float = 0.0,
        port: int = 0,
        latency_ms: float = 0,
        read_lag: float = 0.0,
        limits: bool = True,
        faults: str | Path | None = None,
        uid: str = "9001",
        state: str = "CO",
        master_pin: str | None = None,
        merge_by_name: bool = False,
        dutchie_roles: Iterable[str] = ROLES,
        dutchie_pages: str = "spec",
        pascal_whoami: bool = False,
        dutchie_habits: Habits = USUAL,
        flourish_services: Iterable[str] = SERVICES,
        flourish_failures_as_200: bool = False,
        posabit: Mapping[str, Any] | None = None,
    ) -> None:
        self.uid = _checked(uid)
        self.aiq_key = f"sim-aiq-{seed}-not-a-real-key"
        self.clock = Clock()
        self.faults = _played(faults, seed)
        self.world = World(self.clock, seed, state, uid, read_lag)
        populate(self.world, shoppers, stores)
        self.shop = open_stores(self.world, crowd=crowd, crowd_days=crowd_days, sales=sales, days=days)
        self.life = Life(self.shop, seed, life)
        self.calls = Calls()
        self.merge_by_name = merge_by_name
        self._house = House(self.world, self.faults, self.calls, latency_ms)
        self._cut_keys(seed)
        self.dutchie = self._dutchie(
            roles=dutchie_roles, limits=limits, pages=dutchie_pages, pascal_whoami=pascal_whoami, habits=dutchie_habits
        )
        flourish = self._flourish(services=flourish_services, limits=limits, failures_as_200=flourish_failures_as_200)
        tills: dict[str, FarSide] = {FLOURISH: flourish, custom.PREFIX: self._own_till()}
        tills[POSABIT_PREFIX] = self._posabit(**(posabit or {}))
        # Bound last: what is wrong with an argument is said before a port is taken.
        self._bind(port)
        aiq = Aiq(self.world, self.aiq_key, self.url, _AIQ_OPERATIONS, limits=limits, master_pin=master_pin)
        self._open_doors({"/api": aiq, **tills, "": self.dutchie})

    def _cut_keys(self, seed: int) -> None:
        """The keys of every till, the same for the same seed; a store's first one has a name of its own."""
        stores, first = self.world.stores, self.world.stores[0].name
        self.dutchie_keys = {store.name: f"sim-dutchie-{seed}-{store.id}-not-a-real-key" for store in stores}
        self.dutchie_key = self.dutchie_keys[first]
        #: The keys of the stores' medical menus, which are bound to the same locations.
        self.dutchie_medical_keys = {name: f"{key}-medical" for name, key in self.dutchie_keys.items()}
        self.flourish_user, self.flourish_key = f"sim-user-{seed}", f"sim-flourish-{seed}-not-a-real-key"
        self.flourish_api_key = f"sim-flourish-api-{seed}-not-a-real-key"
        self.posabit_keys, self.posabit_integrator = keys_of(self.world)
        self.posabit_key = self.posabit_keys[first]
        self.custom_keys = custom.keys_of(self.world)

    def _bind(self, port: int) -> None:
        self._router = Router(redirect_slashes=False)
        self._server = Server(self._router, port)
        self.url = f"http://{HOST}:{self._server.port}"
        self.posabit_url = f"{self.url}{POSABIT_PREFIX}"

    def _open_doors(self, far_sides: Mapping[str, FarSide]) -> None:
        """Every far side under its prefix; the one without a prefix comes last, for it answers whatever is left."""
        router = self._router
        router.routes.extend(control_shop.routes(self))
        router.routes.extend(control.routes(self))
        for prefix, far_side in far_sides.items():
            router.routes.extend(_routes(self._house, far_side, prefix=f"{prefix}/"))

    def _dutchie(self, **options: Any) -> Dutchie:
        keys = {
            known[store.name]: store
            for known in (self.dutchie_keys, self.dutchie_medical_keys)
            for store in self.world.stores
        }
        return Dutchie(self.world, keys, _DUTCHIE_OPERATIONS, **options)

    def _flourish(self, **options: Any) -> Flourish:
        return Flourish(
            self.world, self.flourish_user, self.flourish_key, self.flourish_api_key, _FLOURISH_OPERATIONS, **options
        )

    def _own_till(self) -> custom.OwnTill:
        keys = {self.custom_keys[store.name]: store for store in self.world.stores}
        return custom.OwnTill(self.world, keys, custom.OPERATIONS)

    def _posabit(self, **options: Any) -> Posabit:
        keys = {self.posabit_keys[store.name]: store for store in self.world.stores}
        return Posabit(self.world, keys, self.posabit_integrator, _POSABIT_OPERATIONS, **options)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Answers requests from a thread; the port and the world survive a stop."""
        self._server.start()

    def stop(self) -> None:
        """Cuts all connections and stops answering."""
        self._server.stop()

    def serve(self) -> None:
        """Answers requests in the foreground until interrupted."""
        self._server.serve()

    @property
    def accounts(self) -> list[Account]:
        """What reaches each store of each till, the first store of a till first."""
        stores = self.world.stores
        at_flourish = f"{self.url}{FLOURISH}"
        return [
            *(Account("dutchie", name, self.url, key) for name, key in self.dutchie_keys.items()),
            *(
                Account(
                    "flourish", store.name, at_flourish, self.flourish_key, self.flourish_user, facility_id(store.id)
                )
                for store in stores
            ),
            *(
                Account("posabit", name, self.posabit_url, key, self.posabit_integrator)
                for name, key in self.posabit_keys.items()
            ),
            *(Account("custom", name, f"{self.url}{custom.PREFIX}", key) for name, key in self.custom_keys.items()),
        ]

    def account(self, system: str, store: str = "") -> Account:
        """Returns what reaches one store of a till, the first unless it is named; LookupError for an unknown one."""
        for account in self.accounts:
            if account.system == system and store in ("", account.store):
                return account
        raise LookupError(f"no store {store!r} with {system!r}")

    @property
    def running(self) -> bool:
        """Whether requests are answered."""
        return self._server.running

    @property
    def latency_ms(self) -> float:
        """Real milliseconds before each answer; may be changed at any time."""
        return self._house.latency_ms

    @latency_ms.setter
    def latency_ms(self, value: float) -> None:
        self._house.latency_ms = value

    @property
    def read_lag(self) -> float:
        """Simulated seconds by which AIQ's reads are behind; may be changed at any time."""
        return self.world.read_lag

    @read_lag.setter
    def read_lag(self, value: float) -> None:
        self.world.read_lag = value

    @property
    def ledger(self) -> list[Effect]:
        """Everything that really happened up to now."""
        with self.world.moment():
            return self.world.ledger.effects

    @property
    def texts(self) -> list[Text]:
        """What reached shoppers' phones and mailboxes up to now."""
        with self.world.moment():
            return self.world.ledger.texts

    def last_code(self, phone: str) -> str:
        """Returns the code that reached this phone last; LookupError if none did."""
        for text in reversed(self.texts):
            if text.to == phone and text.code is not None:
                return text.code
        raise LookupError(f"no code has reached {phone}")

    def overnight(self) -> int:
        """Lets a night pass over AIQ: what was sent is worked off, personas are merged; returns how many."""
        with self.world.moment():
            self.world.backlog.work_off()
            return merging.merge_all(self.world, by_name=self.merge_by_name)

    def earn(self, phone: str, value: Decimal | float | str) -> None:
        """Gives points for a purchase made elsewhere; a negative value is a return."""
        earned = Decimal(str(value))
        if not earned.is_finite():
            raise ValueError(f"points are a number, not {value}")
        with self.world.moment():
            points.earn(self.world, self._known(phone), earned, note="purchase", source="elsewhere")

    def redeem_elsewhere(self, phone: str, reward_id: str) -> None:
        """Redeems a reward at another till; an unknown reward raises KeyError."""
        with self.world.moment():
            reward = self.world.rewards[reward_id]
            points.redeem(self.world, self._known(phone), reward, note="", source="elsewhere")

    def block(self, phone: str, blocked: bool = True) -> None:
        """Puts a shopper on AIQ's block list, or takes them off it."""
        with self.world.moment():
            for persona in self._all_known(phone):
                self.world.personas.put(replace(persona, blocked=blocked), self.world.now)

    def reply(self, phone: str, word: str) -> None:
        """Lets a shopper answer a text with YES or STOP."""
        with self.world.moment():
            consent.reply(self.world, phone, word)

    def _known(self, phone: str) -> Persona:
        persona = self.world.find(phone)
        if persona is None:
            raise LookupError(f"no persona has the phone {phone}")
        return persona

    def _all_known(self, phone: str) -> Iterable[Persona]:
        self._known(phone)
        return [persona for persona in self.world.personas.with_key(phone) if persona.mobile == phone]


def _checked(uid: str) -> str:
    if not (uid.isascii() and uid.isdigit()):
        raise ValueError(f"uid is an account number in digits, not {uid!r}")
    return uid


def _played(script: str | Path | None, seed: int) -> Faults:
    faults = Faults(seed)
    if script is not None:
        faults.load(script)
    return faults


def _routes(house: House, far: FarSide, *, prefix: str) -> list[Route]:
    """Returns the routes of a far side; verbs and paths below `prefix` that do not exist lead nowhere."""
    known = [
        Route(operation.template, Door(house, far, operation), methods=[operation.method])
        for operation in far.operations
    ]
    return [*known, Route(f"{prefix}{{rest:path}}", no_such_route(house, far))]
