"""Whatever a mail server does, and whenever the sender dies, nobody is lost, gets two messages or half a message."""

from __future__ import annotations

import random
from pathlib import Path

from merge.faults import LETTER
from merge.post.faults import sent_through_faults


def test_a_sending_through_all_faults_harms_nobody(tmp_path: Path, chance: random.Random) -> None:
    """With the real command, killed now and then: each message is sent, failed or in doubt, and none arrives twice."""
    fate = sent_through_faults(tmp_path, LETTER, 12, chance.randrange(1000))

    assert (fate.lost, fate.doubled, fate.half) == (0, 0, 0)
    assert fate.sent + fate.failed + fate.doubtful == 12
    assert fate.sent
