"""What staff do with customers' records: correct, move a phone, merge, archive, put into a group."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from budtender.simulator import records
from budtender.simulator.records import Customer, till_time
from budtender.simulator.world import World

ACTIVE, ARCHIVED = records.ACTIVE, records.ARCHIVED


def customer(world: World, customer_id: int) -> Customer:
    """Returns a customer; an unknown one raises LookupError."""
    found = world.customers.get(customer_id)
    if found is None:
        raise LookupError(f"no customer has the number {customer_id}")
    return found


def edit(world: World, customer_id: int, **fields: Any) -> Customer:
    """Changes a customer's record; fields are named as in `Customer`."""
    with world.moment():
        edited = replace(customer(world, customer_id), **fields, last_modified=till_time(world.now))
        if "first_name" in fields or "last_name" in fields:
            edited = replace(edited, name=f"{edited.first_name or ''} {edited.last_name or ''}".strip())
        world.customers.put(edited)
        return edited


def add(world: World, store_id: int, first_name: str, last_name: str, phone: str | None, **fields: Any) -> Customer:
    """Adds a customer at a store, as a budtender does when somebody new comes in."""
    with world.moment():
        store = next((known for known in world.stores if known.id == store_id), None)
        if store is None:
            raise LookupError(f"no store has the number {store_id}")
        now = till_time(world.now)
        added = Customer(
            customer_id=world.customers.next_id(),
            unique_id=str(world.rng.getrandbits(62)),
            name=f"{first_name} {last_name}".strip(),
            first_name=first_name,
            last_name=last_name,
            phone=phone,
            city=store.city,
            state=world.state,
            postal_code=store.zip_code,
            creation_date=now,
            last_modified=now,
            created_at_location=store.name,
        )
        world.customers.put(replace(added, **fields))
        return customer(world, added.customer_id)


def move_phone(world: World, from_id: int, to_id: int) -> str:
    """Gives one customer's phone to another, as when a number gets a new owner; returns the number as typed."""
    with world.moment():
        number = customer(world, from_id).phone or customer(world, from_id).cell_phone
        if not number:
            raise ValueError(f"customer {from_id} has no phone")
        edit(world, from_id, phone=None, cell_phone=None)
        edit(world, to_id, phone=number)
        return number


def merge(world: World, loser_id: int, survivor_id: int) -> Customer:
    """Merges one profile into another; sales keep the profile they were made on."""
    with world.moment():
        if loser_id == survivor_id:
            raise ValueError(f"customer {loser_id} cannot be merged into itself")
        seen, following = {loser_id}, customer(world, survivor_id)
        while following.merged_into_customer_id:
            if following.customer_id in seen:
                break
            seen.add(following.customer_id)
            following = customer(world, following.merged_into_customer_id)
        if following.customer_id == loser_id:
            raise ValueError(f"customer {survivor_id} was merged into {loser_id} before")
        edit(world, loser_id, merged_into_customer_id=survivor_id)
        return edit(world, survivor_id)


def archive(world: World, customer_id: int, archived: bool = True) -> Customer:
    """Takes a profile out of the register's sight, or brings it back."""
    return edit(world, customer_id, status=ARCHIVED if archived else ACTIVE)


def join_group(world: World, customer_id: int, group: str, member: bool = True) -> Customer:
    """Puts a customer into a discount group, or takes them out of it."""
    with world.moment():
        groups = [name for name in customer(world, customer_id).discount_groups or () if name != group]
        return edit(world, customer_id, discount_groups=[*groups, group] if member else groups or None)
