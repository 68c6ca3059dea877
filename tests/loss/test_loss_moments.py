"""The checkpoints around a loss are those of the stop that held, not of one that was lifted before."""

from datetime import timedelta

from invented_office import Town, signing_key
from sekisho.custody.stopping import lift_suspension, suspend_copy
from sekisho.loss.history import tell_of
from sekisho.loss.lost import report_lost
from sekisho.loss.moments import moments

pytest_plugins = ("office_fixtures",)


def test_a_stop_that_was_lifted_is_not_the_stop_after_the_loss(out: Town) -> None:
    slip = out.slips[0]
    suspend_copy(out.office, slip)
    lift_suspension(out.office, slip, keys=[signing_key("chief"), signing_key("security")])
    out.clock.advance(timedelta(hours=1))
    report_lost(out.office, [slip], key_officer=signing_key("security"))
    (copy,) = tell_of(out.office, [slip]).copies
    around = moments(out.office, copy.history)
    before, stopped = around["before_loss"], around["after_stop"]
    assert before is not None
    assert stopped is not None
    assert copy.history.lost_index is not None
    assert before.size <= copy.history.lost_index < stopped.size
