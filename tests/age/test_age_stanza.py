"""A stanza: what can be said in one, and its text."""

import pytest

from sekisho.age.stanza import Stanza


@pytest.mark.parametrize("size", [0, 1, 47, 48, 49, 95, 96, 97])
def test_the_last_line_of_a_body_is_shorter_than_the_others(size: int) -> None:
    _, *lines, end = Stanza("T", body=bytes(size)).to_text().split("\n")
    assert end == ""
    assert len(lines[-1]) < 64
    assert all(len(line) == 64 for line in lines[:-1])


def test_a_stanza_has_the_text_of_the_specification() -> None:
    body = bytes.fromhex("dda2a3a33b7d6a087b8c69af38abd1e226b1e355a5e338fde4c28ae17f49b967")
    assert Stanza("X25519", ("O6DLx/wDIawpUC978NSPjYvrfDtJVnZApXKp4FMPHCY",), body).to_text() == (
        "-> X25519 O6DLx/wDIawpUC978NSPjYvrfDtJVnZApXKp4FMPHCY\n3aKjozt9agh7jGmvOKvR4iax41Wl4zj95MKK4X9JuWc\n"
    )


@pytest.mark.parametrize("argument", ["", "a b", "a\n", "\t", "é", "a\x7f"])
def test_an_argument_that_could_not_be_read_back_cannot_be_said(argument: str) -> None:
    with pytest.raises(ValueError, match="argument"):
        Stanza("T", (argument,))
    with pytest.raises(ValueError, match="argument"):
        Stanza(argument)
