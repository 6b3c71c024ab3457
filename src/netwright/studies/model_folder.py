"""Where the model is that a command was told to work on."""

from pathlib import Path

from netwright.machine.cache import cache_folder
from netwright.records.errors import InputError

CONFIG = "config.json"


def find_model(name: str) -> Path:
    """Return the folder of a model.

    Args:
        name: A folder, or the name of a checkpoint in the cache.

    Returns:
        The folder; it has a config.json.

    Raises:
        InputError: There is none; the message says which checkpoints the cache has.
    """
    for folder in (Path(name), cache_folder() / name):
        if (folder / CONFIG).is_file():
            return folder
    cached = sorted(str(path.parent.relative_to(cache_folder())) for path in cache_folder().glob(f"**/{CONFIG}"))
    known = f"the cache has {', '.join(cached)}" if cached else "the cache has no checkpoint"
    raise InputError(
        f"there is no model {name!r}: no folder of that name has a {CONFIG}, and {known}; name a folder that "
        "save_pretrained of transformers wrote, or fetch a checkpoint with netwright data fetch"
    )
