"""What somebody wrote for a letter passes the same guard as what was drafted."""

import pytest

from invented_office import Town
from sekisho.errors import Refused
from sekisho.loss.affected.segments import Group, Segment
from sekisho.loss.incident.reading import read_case
from sekisho.loss.incident.stating import Stated, state
from sekisho.loss.letters.preparing import letter_body
from sekisho.loss.lost import lose

pytest_plugins = ("office_fixtures",)


def test_a_text_of_ones_own_gives_no_secret_away(out: Town) -> None:
    lose(out.office, out.slips[:1])
    state(out.office, 1, [Stated("password_length", 13)], source="note")
    case = read_case(out.office, 1)
    segment = Segment(id="o-1", group=Group.OTHERS, mask=1, people=1)
    said = "お知らせ\n\n媒体を紛失しました。"
    assert letter_body(out.office, case, segment, language="ja", text=said).title == "お知らせ"
    with pytest.raises(Refused) as refused:
        letter_body(out.office, case, segment, language="ja", text=f"{said}\nパスワードは13文字です。")
    assert "13" not in refused.value.what("ja")
