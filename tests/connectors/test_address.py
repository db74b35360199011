"""Where a key may travel."""

from __future__ import annotations

import pytest

from budtender.connectors.address import allowed_url, checked_base, target
from budtender.errors import Misconfigured

BASE = "https://lab.alpineiq.com"


@pytest.mark.parametrize(
    "url",
    [
        f"{BASE}/api/v1.1/redeem/1/2",
        f"{BASE}:443/api/v2/x?sig=a%2Fb&t=1",
        "HTTPS://LAB.AlpineIQ.com/api/x",
    ],
)
def test_own_address_is_allowed(url: str) -> None:
    assert allowed_url(BASE, url)
    assert target("aiq", BASE, url).startswith(f"{BASE}/api/")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/api/x",
        "https://lab.alpineiq.com.evil.example/api/x",
        "https://lab.alpineiq.com@evil.example/api/x",
        "https://u:p@lab.alpineiq.com/api/x",
        "https://evil.example\\@lab.alpineiq.com/api/x",
        "https://lab.alpineiq.com:444/api/x",
        "https://lab.alpineiq.com:x/api/x",
        "https://lab.alpineiq.com./api/x",
        "http://lab.alpineiq.com/api/x",
        "ftp://lab.alpineiq.com/api/x",
        "//lab.alpineiq.com/api/x",
        "/api/x",
        f"{BASE}/other",
        f"{BASE}/api",
        f"{BASE}/api/../admin",
        f"{BASE}/api/%2e%2e/admin",
        f"{BASE}/api/%252e%252e/admin",
        f"{BASE}/api/..%2fadmin",
        f"{BASE}/api/..\\admin",
        f"{BASE}/api/x#part",
        f"{BASE}/api/x y",
        f"{BASE}/api/x\n",
        f"{BASE}/api/\tx",
        f"{BASE}/api/ü",
        f"{BASE}/api/" + "x" * 2048,
        "https://[::1/api/x",
        "https:///api/x",
        "javascript:alert(1)",
        "",
    ],
)
def test_other_addresses_are_not(url: str) -> None:
    assert not allowed_url(BASE, url)
    if url != "/api/x":
        with pytest.raises(Misconfigured) as failed:
            target("aiq", BASE, url)
        assert "evil" not in str(failed.value)


@pytest.mark.parametrize(
    "base",
    [
        BASE,
        f"{BASE}/",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://localhost:1",
        "http://[::1]:5",
        "https://10.0.0.5",
    ],
)
def test_encrypted_or_on_this_machine(base: str) -> None:
    assert checked_base("aiq", base) == base.rstrip("/")


@pytest.mark.parametrize(
    "base",
    [
        "http://lab.alpineiq.com",
        "http://10.0.0.5",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "https://key@lab.alpineiq.com",
        "lab.alpineiq.com",
        "https://",
        "file:///etc/passwd",
        "https://lab.alpineiq.com?x",
        "https://lab.alpineiq.com ",
        "https://lab.alpineiq.com/ ",
        "https://lab.alpineiq.com\n",
        "https://lab.alpineiq.com/api\\..",
        "",
    ],
)
def test_everything_else_is_refused(base: str) -> None:
    with pytest.raises(Misconfigured):
        checked_base("aiq", base)
