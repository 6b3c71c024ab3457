"""A trained model out of a study, as a folder that other commands read."""

from pathlib import Path

from netwright.machine.cache import cache_folder
from netwright.models.stored import save_stored
from netwright.models.text.classifier import TextClassifier
from netwright.models.text.library import transformers_library
from netwright.pruning.new_folder import new_folder
from netwright.pruning.save import save_pruned
from netwright.records.errors import InputError, nearest
from netwright.records.study import Study
from netwright.records.trial import Trial
from netwright.studies.data_at_hand import load
from netwright.studies.read import read_study
from netwright.studies.register import best_trial
from netwright.studies.trial_job import job_for
from netwright.studies.trial_run import trained_model


def write_checkpoint(folder: Path, candidate: str | None = None, out: Path | None = None) -> Path:
    """Write a candidate's model, trained on the largest size, of its seeds the one that did best on validation.

    A classifier of texts is written as network and tokenizer in the layout of `transformers`; every other model as
    `netwright.models.stored.save_stored` has it.

    Args:
        folder: The study's folder.
        candidate: Its name; the chosen one if not given.
        out: A new folder; if not given, the candidate's place in the cache, `STUDY-CANDIDATE`, where commands that
            take a model find it by that name.

    Returns:
        The folder that was written.

    Raises:
        InputError: There is no such candidate or trial, or there is something in the folder.
        StorageError: The folder could not be written.
    """
    study = read_study(folder)
    trial = _trial(study, candidate, folder)
    scenario = study.decision.scenario
    dataset = load(scenario.data)
    model = trained_model(job_for(trial, scenario, folder, 1), dataset)
    place = out if out is not None else cache_folder() / f"{scenario.name}-{trial.candidate.name}"
    place.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(model, TextClassifier):
        with new_folder(place) as fresh:
            save_stored(fresh, trial.candidate, dataset.shape, dataset.classes, model, scenario.data)
        return place
    if trial.candidate.prune is not None:
        return save_pruned(model.network, place, model.tokenizer)
    # writing is quiet inside, and says no word about shards
    with transformers_library(), new_folder(place) as fresh:
        model.network.save_pretrained(fresh)  # type: ignore[operator]
        model.tokenizer.save_pretrained(fresh)
    return place


def _trial(study: Study, candidate: str | None, folder: Path) -> Trial:
    scenario = study.decision.scenario
    name = candidate or study.decision.chosen
    if name is None:
        raise InputError(f"the study in {folder} chose no candidate; name one")
    found = next((one for one in scenario.candidates if one.name == name), None)
    if found is None:
        raise InputError(f"{folder} has no candidate {name!r}. {nearest(name, [c.name for c in scenario.candidates])}")
    best = best_trial(study.results, scenario, name)
    if best is None:
        size = scenario.design.sizes[-1]
        raise InputError(f"no trial of {name} at {size} samples ended well in {folder}; see its ledger")
    return Trial(candidate=found, size=best.size, seed=best.seed)
