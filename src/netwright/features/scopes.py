"""How DuckDB is told which events a row sees: by window frames, or by a join that looks at every pair."""


class FrameScope:
    """Events seen by a window frame over an entity's moments in the order of time, and by ASOF joins.

    Rows are `m`, with `happened` (the time of events, NULL elsewhere) and the columns of events; a frame ends one
    microsecond before the row, so that rows of the same time do not see one another.

    Args:
        window: Microseconds.
        joins: Column -> name of the ASOF join that holds its latest value; what is asked for here is added.

    Source: SQL:2011, window frames in units of RANGE; DuckDB's ASOF JOIN.
    """

    def __init__(self, window: int, joins: dict[str, str]) -> None:
        self._window, self._joins = window, joins

    def over(self, call: str) -> str:
        """Return the call over its frame."""
        return (
            f"{call} OVER (PARTITION BY m.who ORDER BY m.time RANGE BETWEEN {self._window} PRECEDING AND 1 PRECEDING)"
        )

    def latest(self, column: str) -> str:
        """Return the value of an ASOF join, where it is not too old."""
        name = self._joins.setdefault(column, f"latest{len(self._joins)}")
        return f"CASE WHEN {name}.time >= m.time - {self._window} THEN {name}.value END"


class PairScope:
    """Events `e` that are joined with each row `m` and grouped by it: slow, and right whatever came late.

    Args:
        window: Microseconds.
    """

    def __init__(self, window: int) -> None:
        self._window = window

    def over(self, call: str) -> str:
        """Return the call over the pairs within the window."""
        return f"{call} FILTER (WHERE e.time >= m.time - {self._window})"

    def latest(self, column: str) -> str:
        """Return the value of the latest pair within the window."""
        seen = f"{column} IS NOT NULL AND e.time >= m.time - {self._window}"
        return f"arg_max({column}, (e.time, {column})) FILTER (WHERE {seen})"
