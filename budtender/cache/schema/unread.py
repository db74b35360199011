"""The column of a step: how many rewards of a shopper's last wallet could not be read."""

from __future__ import annotations

UNREAD = "ALTER TABLE persona ADD COLUMN unread_rewards INTEGER NOT NULL DEFAULT 0;"
