"""The pages that a study's folder ends with."""

from pathlib import Path

from netwright.machine.durable import write_durably
from netwright.report.markdown import decision_markdown
from netwright.report.write import write_report
from netwright.studies.read import read_study


def write_pages(folder: Path, command: str) -> Path:
    """Write decision.md and report.html beside the decision they show.

    Args:
        folder: A study's folder, with its decision and ledger.
        command: The command line that repeats the study.

    Returns:
        The path of the report.
    """
    study = read_study(folder).model_copy(update={"command": command})
    write_durably(folder / "decision.md", decision_markdown(study.decision).encode())
    return write_report(study, folder / "report.html")
