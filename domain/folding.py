"""The same name written otherwise: what a register must pass by when it is asked for one."""

from __future__ import annotations

import unicodedata

# Radicals that are whole characters, as scanners and fonts put them in a character's place; their unified
# ideographs by Unicode's EquivalentUnifiedIdeograph. (NFKC knows those of U+2F00 to U+2FD5.)
_RADICALS = str.maketrans(
    "⺁⺇⺊⺒⺓⺜⺝⺠⺧⺩⺪⺫⺬⺮⺶⺻⺼⺽⻁⻄⻅⻆⻇⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻞⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰",
    "厂几卜巳幺日月民牛王疋目示竹羊聿肉臼虎西见角角贝足车長长门雨青韦页风飞食食马骨鬼鱼鸟卤麦黄黾齐齿龙",
)


def folded(name: str) -> str:
    """A name without blanks and characters that cannot be seen, in characters of one width and kind."""
    plain = unicodedata.normalize("NFKC", name.translate(_RADICALS))
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"})


def of_half_width(words: str) -> str:
    """The same words with letters, digits and brackets of half width and without blanks."""
    return "".join(
        unicodedata.normalize("NFKC", c) if "！" <= c <= "～" else c for c in words if not c.isspace()
    )
