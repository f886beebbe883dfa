"""What badr and dana did with the article that comes with the project, in words of its text; see `make_corpus.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class At:
    """Go to where the text says WORDS; what comes next is looked for from there on."""

    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Label the next place of WORDS as an entity."""

    type: str
    words: str
    level: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Happen:
    """Label the next place of WORDS as a trigger; fill each role with the nearest annotation of those words."""

    type: str
    words: str
    arguments: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Relate the annotations of two words that are nearest."""

    type: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Same:
    """Put the nearest mention, and the nearest to each of the other places, into a chain."""

    words: str
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Label:
    """Give the document a label."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Say:
    """Leave a note on the nearest annotation of WORDS."""

    words: str
    text: str
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Mend:
    """Think again about the nearest annotation of WORDS: another type, other words, or it goes (neither)."""

    words: str
    type: str = ""
    into: str = ""


Step: TypeAlias = At | Mark | Happen | Link | Same | Label | Say | Mend

DAESH: Final = 'تنظيم "داعش"'
COUNTRYSIDE: Final = "أرياف الرقة ودير الزور وحمص وحماة"
FIRST, SECOND, THIRD = At("تتزايد"), At("وقالت"), At("كما ذكرت")
PAST: Final = (("tense", "Past"),)

BADR: Final[Sequence[Step]] = (
    FIRST,
    Mark("ARMED", "ميليشيا أسد"),
    Mark("PERS", "أسد"),
    Mark("ARMED", "القوات الرديفة"),
    Mark("LOC", COUNTRYSIDE),
    Mark("GPE", "الرقة"),
    Mark("GPE", "دير الزور"),
    Mark("GPE", "حمص وحماة"),
    Mark("LOC", "مناطق البادية السورية"),
    Mark("LOC", "البادية السورية"),
    Mark("NORP", "السورية"),
    Mark("ARMED", "الاحتلال الروسي"),
    Mark("NORP", "الروسي"),
    Mark("ARMED", DAESH),
    FIRST,
    Happen("Loss", "خسائر", (("Loser", "ميليشيا أسد"), ("Loser", "القوات الرديفة"), ("Place", "البادية السورية"))),
    Happen(
        "Operation",
        "إطلاق عملية عسكرية",
        (("Force", "الاحتلال الروسي"), ("Target", DAESH), ("Place", "مناطق البادية السورية")),
    ),
    Link("AffiliatedWith", "القوات الرديفة", "ميليشيا أسد"),
    SECOND,
    Mark("PERS", "مصادر محلية", level="NOM"),
    Mark("GPE", "دير الزور"),
    Mark("MEDIA", "أورينت نت"),
    Mark("DATE", "اليوم الثلاثاء"),
    Mark("ARMED", "ميليشيات أسد"),
    Mark("PERS", "أسد"),
    Mark("ARMED", "لواء القدس الفلسطيني"),
    Mark("GPE", "القدس", identifier="Q:Q1218"),
    Mark("NORP", "الفلسطيني"),
    Mark("PERS", "عناصرها", level="NOM"),
    Mark("ARMED", DAESH),
    Mark("LOC", "المنطقة الممتدة حتى البوكمال", level="NOM"),
    Mark("GPE", "البوكمال"),
    Mark("GPE", "دير الزور"),
    SECOND,
    Happen("Announce", "قالت", (("Speaker", "مصادر محلية"), ("Addressee", "أورينت نت"), ("Time", "اليوم الثلاثاء"))),
    Happen(
        "Loss",
        "فقدت",
        (("Loser", "ميليشيات أسد"), ("Loser", "لواء القدس الفلسطيني"), ("Lost", "عناصرها")),
        PAST,
    ),
    Happen("Attack", "بكمائن", (("Attacker", DAESH), ("Place", "البوكمال")), (("modality", "Other"), *PAST)),
    Say("بكمائن", "«يعتقد» تجعله غير مجزوم به؟", flagged=True),
    Link("PartOf", "البوكمال", "دير الزور"),
    THIRD,
    Mark("MEDIA", "صحفات محلية", level="NOM"),
    Mark("MEDIA", "عين الفرات"),
    Mark("ARMED", "لواء القدس"),
    Mark("GPE", "القدس", identifier="Q:Q1218"),
    Mark("NUM", "خمسة"),
    Mark("PERS", "القيادي حميد النعيمي"),
    Mark("ARMED", "داعش"),
    Mark("GPE", "بلدة الصالحية"),
    Mark("GPE", "ريف البوكمال"),
    Mark("GPE", "البوكمال"),
    Mark("DATE", "اليومين الماضيين"),
    Mend("ريف البوكمال", type="LOC"),
    THIRD,
    Happen("Announce", "ذكرت", (("Speaker", "صحفات محلية"),)),
    Happen("Loss", "فقد", (("Loser", "لواء القدس"), ("Lost", "القيادي حميد النعيمي"), ("Count", "خمسة")), PAST),
    Happen("Attack", "هجوم", (("Attacker", "داعش"), ("Place", "بلدة الصالحية"), ("Time", "اليومين الماضيين")), PAST),
    Link("MemberOf", "القيادي حميد النعيمي", "لواء القدس"),
    Link("PartOf", "ريف البوكمال", "بلدة الصالحية"),
    FIRST,
    Same(DAESH, (("وقالت", DAESH),)),
    SECOND,
    Same("لواء القدس الفلسطيني", (("كما ذكرت", "لواء القدس"),)),
    Label("genre", "news"),
    Label("topic", "conflict"),
    Label("topic", "politics"),
)

DANA: Final[Sequence[Step]] = (
    Label("genre", "report"),
    Label("topic", "conflict"),
    FIRST,
    Mark("ARMED", "ميليشيا أسد"),
    Mark("PERS", "أسد"),
    Mark("ARMED", "القوات الرديفة"),
    Mark("LOC", COUNTRYSIDE),
    Mark("GPE", "الرقة"),
    Mark("GPE", "ودير الزور"),
    Mark("GPE", "حمص", identifier="GEO:169577"),
    Mark("GPE", "حماة", identifier="GEO:170017"),
    Mark("LOC", "مناطق البادية السورية"),
    Mark("LOC", "البادية السورية"),
    Mark("NORP", "السورية"),
    Mark("ORG", "الاحتلال الروسي"),
    Mark("NORP", "الروسي"),
    Mark("ARMED", DAESH, identifier="Q:Q2429253"),
    FIRST,
    Happen(
        "Loss", "خسائر", (("Loser", "ميليشيا أسد"), ("Loser", "القوات الرديفة"), ("Place", "مناطق البادية السورية"))
    ),
    Happen("Operation", "العمليات", (("Place", COUNTRYSIDE),)),
    Happen("Operation", "إطلاق", (("Sponsor", "الاحتلال الروسي"),)),
    Happen(
        "Operation",
        "عملية",
        (("Sponsor", "الاحتلال الروسي"), ("Target", DAESH), ("Place", "البادية السورية")),
        (("modality", "Other"),),
    ),
    Link("AffiliatedWith", "ميليشيا أسد", "القوات الرديفة"),
    SECOND,
    Mark("PERS", "مصادر محلية"),
    Mark("GPE", "دير الزور"),
    Mark("MEDIA", "لأورينت نت"),
    Mark("DATE", "الثلاثاء"),
    Mend("الثلاثاء", into="اليوم الثلاثاء"),
    Mark("ARMED", "ميليشيات أسد"),
    Mark("PERS", "أسد"),
    Mark("ARMED", "لواء القدس"),
    Mark("GPE", "القدس"),
    Mark("NORP", "الفلسطيني"),
    Say("لواء القدس", "هل «الفلسطيني» من الاسم أم وصف له؟"),
    Mark("NUM", "عددا"),
    Mark("PERS", "عناصرها", level="NOM"),
    Mend("عددا"),
    Mark("ARMED", DAESH, identifier="Q:Q2429253"),
    Mark("LOC", "المنطقة", level="NOM"),
    Mark("GPE", "البوكمال"),
    Mark("GPE", "دير الزور"),
    SECOND,
    Happen("Announce", "قالت", (("Speaker", "مصادر محلية"), ("Addressee", "لأورينت نت"), ("Time", "اليوم الثلاثاء"))),
    Happen("Die", "فقدت", (("Victim", "عناصرها"), ("Agent", DAESH)), PAST),
    Happen("Attack", "كمائن", (("Attacker", DAESH), ("Target", "عناصرها"), ("Place", "البوكمال"))),
    Link("PartOf", "البوكمال", "دير الزور"),
    THIRD,
    Mark("MEDIA", "صحفات محلية", level="NOM"),
    Mark("MEDIA", "عين الفرات"),
    Mark("ARMED", "لواء القدس"),
    Mark("GPE", "القدس"),
    Mark("NUM", "خمسة"),
    Mark("OCC", "القيادي"),
    Mark("PERS", "حميد النعيمي"),
    Mark("ARMED", "داعش"),
    Mark("LOC", "محيط بلدة الصالحية"),
    Mark("GPE", "بلدة الصالحية"),
    Mark("GPE", "ريف البوكمال"),
    Mark("GPE", "البوكمال"),
    Mark("DATE", "اليومين الماضيين"),
    THIRD,
    Happen("Loss", "فقد", (("Loser", "لواء القدس"), ("Lost", "حميد النعيمي"), ("Count", "خمسة")), PAST),
    Happen(
        "Attack",
        "هجوم",
        (("Attacker", "داعش"), ("Place", "محيط بلدة الصالحية"), ("Time", "اليومين الماضيين")),
        PAST,
    ),
    Link("PartOf", "بلدة الصالحية", "ريف البوكمال"),
    FIRST,
    Same(DAESH, (("وقالت", DAESH), ("كما ذكرت", "داعش"))),
    SECOND,
    Same("لواء القدس", (("كما ذكرت", "لواء القدس"),)),
)

PEOPLE: Final = {
    "badr": (datetime(2026, 3, 2, 7, 30, tzinfo=UTC), BADR),
    "dana": (datetime(2026, 3, 3, 16, 5, tzinfo=UTC), DANA),
}
"""By name: when they began, and what they did."""
