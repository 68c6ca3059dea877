"""One place, many notations."""

import pytest

from sekisho.canon.address import address

SAME = [
    [
        "兵庫県汐見市松原町三丁目４番５号",
        "汐見市松原町3-4-5",
        "汐見市松原町３丁目４−５",
        "兵庫県 汐見市 松原町 3丁目4番地の5",
    ],
    ["汐見市松原町3-4-5 101号室", "汐見市松原町3-4-5-101", "汐見市松原町三丁目4番5号　１０１"],
    ["汐見市濱田二十三丁目1番", "汐見市浜田23-1"],
    ["京都府関所市四條通十丁目2", "関所市四条通10-2"],
]


@pytest.mark.parametrize("notations", SAME)
def test_notations_of_one_address_meet(notations: list[str]) -> None:
    assert len({address(each) for each in notations}) == 1


def test_another_block_is_another_address() -> None:
    assert address("汐見市松原町3-4-5") != address("汐見市松原町3-45")


def test_no_between_words_is_kept() -> None:
    assert address("汐見市井の頭1-1") == "汐見市井の頭1-1"
