"""How a value stands in a document: numbers with their groups, times on the office's wall, words of a list. Pure.

Plain Japanese has no era, and the reading of every kanji beside it: 24日（にじゅうよっか）.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sekisho.custody.paper.dates import day_words
from sekisho.loss.documents.kinds import DocumentLanguage

_WEEKDAYS = "月火水木金土日"
_DAYS = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか", 9: "ここのか",
    10: "とおか", 14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか",
}  # fmt: skip
_PERSONS = {1: "ひとり", 2: "ふたり"}
_MINUTES_PUN = frozenset("013468")


def count_words(number: int) -> str:
    """Write a number.

    >>> count_words(460517)
    '460,517'
    """
    return f"{number:,}"


def people_words(number: int, language: DocumentLanguage) -> str:
    """Write a number of people.

    >>> people_words(460517, "ja"), people_words(1, "en"), people_words(2, "ja-plain"), people_words(3, "ja-plain")
    ('460,517人', '1 person', '2人（ふたり）', '3人（にん）')
    """
    if language == "en":
        return f"{number:,} {'person' if number == 1 else 'people'}"
    reading = f"（{_PERSONS.get(number, 'にん')}）" if language == "ja-plain" else ""
    return f"{number:,}人{reading}"


def times_words(number: int, language: DocumentLanguage) -> str:
    """Write how many times.

    >>> times_words(1, "ja"), times_words(1, "en"), times_words(3, "en"), times_words(2, "ja-plain")
    ('1回', '1 time', '3 times', '2回（かい）')
    """
    if language == "en":
        return f"{number:,} {'time' if number == 1 else 'times'}"
    return f"{number:,}回" + ("（かい）" if language == "ja-plain" else "")


def date_words(time: datetime, zone: str, language: DocumentLanguage) -> str:
    """Write the day of a time on the office's wall.

    >>> from sekisho.clock import from_text
    >>> noon = from_text("2022-06-24T03:00:00Z")
    >>> date_words(noon, "Asia/Tokyo", "ja"), date_words(noon, "Asia/Tokyo", "en")
    ('令和4年6月24日（金）', '24 June 2022')
    >>> date_words(noon, "Asia/Tokyo", "ja-plain")
    '2022年（ねん）6月（がつ）24日（にじゅうよっか）'
    """
    day = time.astimezone(ZoneInfo(zone)).date()
    if language == "en":
        return day_words(day, "en")
    if language == "ja-plain":
        return f"{day.year}年（ねん）{day.month}月（がつ）{day.day}日（{_DAYS.get(day.day, 'にち')}）"
    return f"{day_words(day, 'ja')}（{_WEEKDAYS[day.weekday()]}）"


def time_words(time: datetime, zone: str, language: DocumentLanguage) -> str:
    """Write a time on the office's wall.

    >>> from sekisho.clock import from_text
    >>> call = from_text("2022-06-22T06:45:00Z")
    >>> time_words(call, "Asia/Tokyo", "ja"), time_words(call, "Asia/Tokyo", "en")
    ('令和4年6月22日（水）午後3時45分', '15:45 on 22 June 2022')
    >>> time_words(call, "Asia/Tokyo", "ja-plain")
    '2022年（ねん）6月（がつ）22日（にち） 午後（ごご）3時（じ）45分（ふん）'
    """
    wall = time.astimezone(ZoneInfo(zone))
    day = date_words(time, zone, language)
    if language == "en":
        return f"{wall:%H:%M} on {day}"
    half, hour = ("午前", wall.hour) if wall.hour < 12 else ("午後", wall.hour - 12)
    if language == "ja":
        return f"{day}{half}{hour}時" + (f"{wall.minute}分" if wall.minute else "")
    minute = f"{wall.minute}分（{'ぷん' if str(wall.minute)[-1] in _MINUTES_PUN else 'ふん'}）" if wall.minute else ""
    return f"{day} {half}（{'ごぜん' if half == '午前' else 'ごご'}）{hour}時（じ）{minute}"


def listed(texts: list[str], language: DocumentLanguage) -> str:
    """Write several in one line."""
    return ", ".join(texts) if language == "en" else "、".join(texts)
