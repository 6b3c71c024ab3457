import subprocess
import sys

import pytest

from netwright.models.catalog import ARCHITECTURES, check_options, find_architecture
from netwright.records.errors import CandidateError


def test_names_are_unique_and_found():
    names = [architecture.name for architecture in ARCHITECTURES]
    assert len(set(names)) == len(names)
    assert [find_architecture(name).name for name in names] == names


def test_an_unknown_name_names_the_nearest():
    with pytest.raises(CandidateError, match=r"'resnt'.*Did you mean resnet or resnet3d\?.*package.module:function"):
        find_architecture("resnt")


def test_all_unknown_options_are_named_at_once():
    with pytest.raises(CandidateError, match=r"'widht'. Did you mean width\?.*'deep'"):
        check_options("resnet", ["widht", "width", "deep"], ("width", "depth"))


def test_reading_the_catalog_imports_no_torch():
    code = "import sys, netwright.models.catalog as c; c.find_architecture('resnet'); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
