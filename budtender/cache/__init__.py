"""The cache: the only door to SQLite.

sqlite-utils names the exceptions of the module it imports as `pysqlite3` or, failing that, `sqlite3`. SQLCipher
raises its own classes, so it is registered under that name before sqlite-utils is imported anywhere; without
this every `except OperationalError` inside sqlite-utils would miss.
"""

from __future__ import annotations

import sys

import sqlcipher3
import sqlcipher3.dbapi2

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)
