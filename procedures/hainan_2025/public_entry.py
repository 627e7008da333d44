"""What the public list shows of a person: a masked name and a masked ID number (regulation §7).

One star stands for one hidden character, in names and numbers alike. The birth date is never shown.
"""

import re

from contracts.text import MIDDLE_DOTS, characters, is_letter

STAR = "*"

_COMPOUND = (
    "欧阳 司马 上官 诸葛 司徒 司空 司寇 夏侯 东方 皇甫 尉迟 公孙 长孙 仲孙 叔孙 慕容 令狐 宇文 "
    "轩辕 端木 独孤 南宫 西门 东郭 南门 申屠 濮阳 淳于 单于 太史 太叔 公羊 公冶 公良 公西 赫连 "
    "澹台 宗政 钟离 鲜于 闾丘 亓官 巫马 颛孙 壤驷 漆雕 乐正 宰父 谷梁 拓跋 夹谷 段干 百里 呼延 "
    "羊舌 微生 梁丘 左丘 万俟 闻人 子车 第五 纳兰 完颜 耶律 达奚 褚师 即墨 歐陽 司馬 諸葛 東方 "
    "尉遲 公孫 長孫 軒轅 獨孤 南宮 西門 鍾離 鮮于 聞人 赫連 納蘭"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())

_ID_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")


def mask_name(name: str) -> str:
    """Hide a name as regulation §7 says: 张*, 王*国, 欧阳**, 买******.

    A name of one character is hidden whole. Blanks do not count: a name typed 张　三 is 张三.
    ValueError if no character is left.
    """
    found = characters(name)
    if not found and any(point.isalpha() for point in name):
        return STAR  # older logs hold names of a Hangul filler: a letter for Python, and nothing for a reader
    if not found:
        raise ValueError("a name is empty: give the name as it stands in the household registry")
    shown = _shown(found)
    return "".join(character if at in shown else STAR for at, character in enumerate(found))


def mask_id_number(id_number: str, show_district: bool = False) -> str:
    """Keep the first four and last four of 18 digits, with `show_district` the first six; else ValueError."""
    if not _ID_NUMBER.fullmatch(id_number):
        raise ValueError("this is no ID number (17 digits, then a digit or X): check it before masking")
    first = 6 if show_district else 4
    return id_number[:first] + STAR * (14 - first) + id_number[14:].upper()


def _shown(name: list[str]) -> set[int]:
    length = len(name)
    if length == 1:
        return set()
    if not MIDDLE_DOTS.isdisjoint(name):
        return {0}
    if (
        length > 2 and "".join(character[0] for character in name[:2]) in COMPOUND_SURNAMES
    ):  # 欧阳 alone: a 欧 called 阳
        return {0, 1}
    # Three letters are a name like 王建国; in 张-三 the last character would be the whole given name.
    return {0, 2} if length == 3 and all(is_letter(character) for character in name) else {0}
