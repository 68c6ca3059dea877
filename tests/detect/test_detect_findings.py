from pathlib import Path

from sekisho.detect.findings import TableReport


def test_the_chance_to_miss_is_told() -> None:
    """A share of one in a thousand is missed by 10,000 cells with a probability of 4.5 in 100,000."""
    sampled = TableReport(path=Path("x"), name="x", rows=1_000_000, sampled=10_000)

    assert f"{sampled.missed(0.001):.1e}" == "4.5e-05"
    assert TableReport(path=Path("x"), name="x", rows=10, sampled=10).missed(0.001) == 0.0
