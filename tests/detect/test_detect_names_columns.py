"""Columns of places and firms begin as names do, and are none."""

from pathlib import Path

import pytest

from sekisho.detect.scan import scan_tables

_STATIONS = "中野 高円寺 荻窪 三鷹 国分寺 立川 日野 豊田 高尾 松本 塩尻 岡谷 茅野 大月 神田 原宿 渋谷 目黒 大崎 品川 田町 新橋 上野"
_FIRMS = "山田電機 佐藤商店 鈴木建設 高橋工業 田中産業 伊藤運輸 渡辺製作所 山本食品 中村印刷 小林製薬所 加藤組 吉田屋 松本楼 清水港運 橋本電工"
_PREFECTURES = "神奈川 千葉 茨城 栃木 山梨 長野 新潟 富山 石川 福井 静岡 愛知 滋賀 大阪 奈良 岡山 広島 山口 徳島 香川 福岡 佐賀 長崎 宮崎"
_PEOPLE = (
    "佐藤太郎 鈴木花子 高橋健一 田中美咲 伊藤蓮 渡辺葵 山本陽菜 中村大輔 小林直樹 加藤由美 吉田真一 松本さくら 井上翔太"
)


def _levels(tmp_path: Path, words: str) -> dict[str, str]:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(["項目,n", *(f"{word},{place}" for place, word in enumerate(words.split()))]), "utf-8")
    return {each.kind: each.level for report in scan_tables(path) for each in report.findings}


@pytest.mark.parametrize("words", [_STATIONS, _FIRMS, _PREFECTURES])
def test_places_and_firms_are_no_names(tmp_path: Path, words: str) -> None:
    assert _levels(tmp_path, words).get("name") not in ("medium", "high")


def test_full_names_are_names_without_a_header(tmp_path: Path) -> None:
    assert _levels(tmp_path, _PEOPLE)["name"] == "medium"
