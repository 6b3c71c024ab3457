"""The list of laws."""

from netwright.scaling.laws.constant import CONSTANT
from netwright.scaling.laws.law import Law
from netwright.scaling.laws.mmf4 import MMF4
from netwright.scaling.laws.one_break import ONE_BREAK
from netwright.scaling.laws.pow2 import POW2
from netwright.scaling.laws.power_law import POWER_LAW
from netwright.scaling.laws.wbl4 import WBL4

LAWS: tuple[Law, ...] = (POWER_LAW, POW2, CONSTANT, MMF4, WBL4, ONE_BREAK)


def laws_for(sizes: int) -> tuple[Law, ...]:
    """Return the laws that so many sizes can tell apart.

    Args:
        sizes: How many sizes have an error.

    Returns:
        The laws, the power law first.

    >>> [law.name for law in laws_for(5)]
    ['power law', 'pow2', 'constant', 'MMF4', 'WBL4']
    """
    return tuple(law for law in LAWS if sizes >= law.fewest)
