"""Small networks whose symmetries are counted by hand, and a slow oracle that checks the counts."""

from tests.dynamics.nets.attention import ATTENTION
from tests.dynamics.nets.heads import HEADS
from tests.dynamics.nets.net import Expected, Net
from tests.dynamics.nets.normalised import NORMALISED
from tests.dynamics.nets.rectified import RECTIFIED
from tests.dynamics.nets.routed import ROUTED

NETS: tuple[Net, ...] = (*HEADS, *RECTIFIED, *NORMALISED, *ROUTED, *ATTENTION)

__all__ = ["NETS", "Expected", "Net"]
