"""Fictional people: names from our own lists in many scripts, phones and mail addresses nobody owns."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

AREA_CODES = {
    "AZ": ("480", "520", "602", "623", "928"),
    "CA": ("213", "310", "415", "510", "619", "707", "818", "916"),
    "CO": ("719", "720", "970"),
    "IL": ("217", "312", "618", "708", "773", "815"),
    "MA": ("413", "508", "617", "781", "978"),
    "MI": ("231", "269", "313", "517", "616", "734", "810"),
    "NV": ("702", "775"),
    "NY": ("212", "315", "518", "585", "607", "716", "845", "914"),
    "OR": ("503", "541", "971"),
    "WA": ("206", "253", "360", "425", "509"),
}

_FIRST_NAMES = (
    "Abena Adèle Aiko Alejandra Amara Amélie Anaïs Andrej Anika Arjun Astrid Ayşe Bao Beatriz Björn "
    "Bronwyn Caleb Camila Carmen Chiara Chloé Ciarán Dagny Dalia Darius Deniz Diego Dmitri Eero Elif "
    "Eloise Emeka Ephraim Esperanza Eun-ji Fátima Felix Fiona Freya Gael Giorgos Grace Hana Hannelore "
    "Hugo Ibrahim Ifeoma Ilya Imani Ingrid Isabela Ishaan Jamal Jasmin Jiho João Joaquín Jolene José "
    "Kaapo Kalani Karolína Keiko Kofi Kwame Laila Leilani Léonie Linh Łukasz Magnus Malik Marisol Mateo "
    "Mei Mihail Mira Moana Naoko Nadia Niamh Nikhil Nils Noémie Oksana Olivia Omar Oona Øyvind Paloma "
    "Petra Priya Quentin Quynh Rafael Renée Rosa Ruta Saoirse Søren Sanjay Santiago Seo-yeon Siobhán "
    "Soraya Stella Sunniva Tamika Tariq Tereza Theo Thuy Tobias Uma Ulrike Valentín Viktor Wanjiru Wei "
    "Winona Xiomara Yael Yara Yusuf Zahra Zofia Zoë Šárka Ángel Élodie Đức Владимир Ольга 美咲 陈伟 민준 "
    "ليلى דוד Ελένη"
)

_LAST_NAMES = (
    "Abara Achterberg Adeyemi Åkesson Almeida Alvarado Andersen Aoki Arnaud Aydın Bachmann Balogun Banerjee "
    "Barros Bekele Bergström Bianchi Birch Blackwood Brännström Brunner Calloway Cardoso Castellanos Černý "
    "Chaudhary Chen Cordero Côté D'Angelo Dąbrowski Delacroix Devereaux Diallo Domínguez Dvořák Ekström "
    "Eriksen Espinoza Fairweather Farrokhzad Featherstone Fernández Fitzgerald Fontaine Fujimoto Gallagher "
    "García Goldberg Grünewald Gutiérrez Haddad Halvorsen Hashimoto Hernández Hinojosa Holloway Horvat "
    "Ibáñez Ingersoll Ivanova Jankowski Jaramillo Johansson Kaczmarek Kamau Karlsen Kaur Kealoha Kim Kowalczyk "
    "Kravchenko Kuznetsova Lafleur Larrañaga Leclerc Lindholm Lombardi Longfeather MacAllister Mahlangu "
    "Marchetti Márquez Matsumoto McElroy Mendoza Moreau Müller Nakagawa Navarro Nguyễn Nieminen Nkosi "
    "Nowak O'Brien O'Sullivan Obi Ødegaard Okafor Olsen Ong Orellana Ortiz Öztürk Pacheco Papadakis Park "
    "Patel Pérez Petrović Phạm Quintero Rahman Ramírez Redcloud Reinholt Rossi Rousseau Rutherford Sandoval "
    "Santos Schäfer Sepúlveda Singh Smith-Jones Sokolov St.\u00a0Clair Strand Suzuki Szabó Tanaka Thibault "
    "Thompson Torres Trần Tuominen Ueda Usman Valdez Van\u00a0Houten Vasquez Vuković Wallace Weaver "
    "Whitehorse Xu Yamamoto Yılmaz Youssef Zamora Zieliński Петренко 山田 王 김 الحسن כהן Παππάς"
)

# Split at plain spaces only: some last names hold a no-break space.
FIRST_NAMES = tuple(_FIRST_NAMES.split(" "))
LAST_NAMES = tuple(_LAST_NAMES.split(" "))

_ELEVEN_AT_THE_END = re.compile(r".11")


def is_phone(text: str) -> bool:
    """Tells whether AIQ would keep `text` as a phone: ten digits of the North American plan."""
    if not re.fullmatch(r"[2-9][0-9]{2}[2-9][0-9]{6}", text, re.ASCII):
        return False
    return not (_ELEVEN_AT_THE_END.fullmatch(text[:3]) or _ELEVEN_AT_THE_END.fullmatch(text[3:6]))


def phones(state: str) -> Iterator[str]:
    """Yields phones nobody owns: 555-01xx of every area code first, then 555-xxxx, then other exchanges.

    Area code 303 is left to the named cases and to whoever signs up in a lesson.
    """
    areas = AREA_CODES.get(state, AREA_CODES["CO"])
    for line in range(100, 200):
        yield from (f"{area}5550{line}" for area in areas)
    for line in range(200, 10_000):
        yield from (f"{area}555{line:04}" for area in areas)
    for exchange in range(200, 1000):
        if exchange == 555 or exchange % 100 == 11:
            continue
        for line in range(10_000):
            yield from (f"{area}{exchange}{line:04}" for area in areas)


def email_for(first: str, last: str, serial: int) -> str:
    """Returns a mail address in the reserved domain, ASCII only and unique by `serial`."""
    return f"{_local(first, last)}{serial}@example.org"


@cache
def _local(first: str, last: str) -> str:
    plain = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "", plain).strip(".") or "shopper"


def birth_date(rng: random.Random) -> str:
    """Returns a date between 1945 and 2003 as YYYY-MM-DD."""
    return f"{rng.randint(1945, 2003)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
