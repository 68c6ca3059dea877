import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.detect.addresses import Place, find_addresses

_PIECES = [
    "兵庫県",
    "尼崎市",
    "東七松町",
    "1丁目",
    "23番",
    "1-2-3",
    "二",
    "丁目",
    "　",
    " ",
    "\n",
    "ビル",
    "号室",
    "１２",
    "、",
    "住所は",
]
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=14).map("".join)


def _found(text: str) -> list[str]:
    data = text.encode()
    spans = find_addresses(data)
    return [data[start:stop].decode() for start, stop in zip(spans.starts, spans.stops, strict=True)]


@pytest.mark.parametrize(
    "address",
    [
        "兵庫県尼崎市東七松町1-23-1",
        "兵庫県尼崎市東七松町1丁目23番1号",
        "兵庫県 尼崎市 東七松町 1-23-1",
        "兵庫県尼崎市潮江１－２－３　グランドハイツ305号室",
        "尼崎市昭和通二丁目三番四号",
        "尼崎市塚口本町4丁目5番6-302号",
        "東京都千代田区霞が関2−1−2 中央合同庁舎第2号館",  # the minus sign that some keyboards write
        "北海道札幌市中央区北1条西2丁目",
        "北海道札幌市中央区北一条西二丁目3番地",
        "北海道旭川市３条通４－３６－１３",
        "京都市上京区今出川通烏丸東入相国寺門前町647-2",
        "三重県三重郡川越町大字豊田一色280番地",
        "富山県中新川郡上市町神明町363番地2",
        "川越町大字豊田一色280",
        "岩手県岩手郡雫石町第12地割34番地",
        "大阪市北区梅田3-1-3 大阪ステーションビル 12階",
        "東京都新宿区西新宿2-8-1 メゾン新宿 A-201",
        "名古屋市中区三の丸三丁目1番1号 佐藤様方",
        "福岡市博多区博多駅前1-2-3山田ビル5F",
        "千葉県印旛郡栄町安食1-2-3",
        "佐世保市栄町4丁目15番15号",
        "霞が関1-2-3",
        "大字上野123番地",
        "尼崎市南塚口町２－８ー１２",
        "兵庫県尼崎市東難波町5丁目の2",
        "尼崎市東七松町１丁目２３番１号ｻﾝﾊｲﾂ２０３",
        "神戸市中央区三宮町1丁目5-26 2F",
        "京都市中京区寺町通御池上る上本能寺前町488番地",
        "石川県金沢市広坂1丁目1番1号 金沢ビル2階201号室",
    ],
)
@pytest.mark.parametrize(
    "frame",
    [
        "{}",
        "住所は{}です。",
        "〒660-8501 {}",
        "「{}」",
        "{} 電話06-6375-5639",
        "{}、1985年4月1日生",
        "{}に住む\n次の行",
    ],
)
def test_an_address_is_found_to_its_last_letter(address: str, frame: str) -> None:
    assert _found(frame.format(address)) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "尼崎市に住む3人の話",
        "尼崎市の人口は45万人",
        "電話番号は06-6375-5639です",
        "携帯 090-1234-5678",
        "札幌市営地下鉄3号線の大通駅5番出口",
        "横浜市立中学校2年1組",
        "川崎市で3-2で勝った",
        "令和5年4月1日に東京都で2-3人",
        "郵便番号660-0051",
        "口座番号1-2-3",
        "注文番号12-34-56",
        "Jリーグ浦和3-1鹿島",
        "東京都庁前1番出口",
        "第3章の2-1節",
        "尼崎市告示第3-2号",
        "福島市の気温は12-15度",
        "神戸市営バス2系統、3-4番のりば",
        "大阪市24区の1-2割",
        "山田太郎,660-0051,072-233-1101",
        "",
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert _found(text) == []


def test_neighbours_are_told_apart() -> None:
    text = "A社（港区芝浦3-4-5）とB社（尼崎市潮江1-2-3）、尼崎市潮江1-2-4"

    assert _found(text) == ["港区芝浦3-4-5", "尼崎市潮江1-2-3", "尼崎市潮江1-2-4"]


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("兵庫県尼崎市東七松町1-23-1", Place.PREFECTURE | Place.MUNICIPALITY | Place.TOWN | Place.BLOCK),
        ("尼崎市東七松町1-23", Place.MUNICIPALITY | Place.TOWN),
        ("尼崎市名無町1丁目", Place.MUNICIPALITY | Place.BLOCK),
        ("霞が関1-2-3 山田ビル", Place.TOWN | Place.BLOCK | Place.BUILDING),
    ],
)
def test_evidence_says_what_was_recognised(text: str, evidence: Place) -> None:
    assert find_addresses(text.encode()).evidence.tolist() == [int(evidence)]


@given(_TEXTS)
def test_spans_are_whole_characters_in_order(text: str) -> None:
    data = text.encode()
    spans = find_addresses(data)
    places = [0, *[place for pair in zip(spans.starts, spans.stops, strict=True) for place in pair], len(data)]

    assert places == sorted(places)
    assert all(data[start:stop].decode().strip() for start, stop in zip(spans.starts, spans.stops, strict=True))


@given(_TEXTS, _TEXTS)
def test_an_address_on_a_line_of_its_own_is_found_in_any_text(before: str, behind: str) -> None:
    assert "兵庫県尼崎市東七松町1-23-1" in _found(f"{before}\n兵庫県尼崎市東七松町1-23-1\n{behind}")


@given(st.binary(max_size=60))
def test_bytes_that_are_no_text_do_no_harm(data: bytes) -> None:
    spans = find_addresses("尼崎市東七松町1-".encode() + data + "尼崎市東七松町1-2".encode())

    assert (spans.stops > spans.starts).all()


@pytest.mark.parametrize("place", range(len("兵庫県尼崎市東七松町1-2 山田ビル3階".encode())))
def test_a_broken_byte_ends_an_address_or_begins_it(place: int) -> None:
    whole = "兵庫県尼崎市東七松町1-2 山田ビル3階".encode()
    data = "住所".encode() + whole[:place] + b"\xff" + whole[place:] + "です".encode()
    spans = find_addresses(data)

    assert all(
        data[start:stop].decode() in whole.decode() for start, stop in zip(spans.starts, spans.stops, strict=True)
    )


def test_no_text_makes_the_grammar_try_again_and_again() -> None:
    """Each of these took the steps of a power of two."""
    for words in ("東入", "上る", "ビル", "第一"):
        assert _found("尼崎市" + words * 17 + "♪町1-2") == []
