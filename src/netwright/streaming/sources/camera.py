"""Cameras of this machine, through Video4Linux."""

import errno
import os
import sys
from pathlib import Path

from netwright.records.errors import DataError
from netwright.streaming.sources.av_connection import AvOpener

DEVICES = Path("/dev")


def camera_opener(device: Path) -> AvOpener:
    """Return what opens a camera.

    Args:
        device: Such as /dev/video0.

    Returns:
        The opener; nothing is opened yet.

    Raises:
        DataError: There is no such camera, it may not be read, or this is no Linux.
    """
    if sys.platform != "linux":
        raise DataError(f"{device}: cameras are read through Video4Linux, and this is {sys.platform}; give a url")
    if not device.is_char_device():
        raise DataError(f"there is no camera {device}; {_known()}")
    if not os.access(device, os.R_OK | os.W_OK):
        why = os.strerror(errno.EACCES)
        raise DataError(f"{device}: {why}; add yourself to the group video, or change the rights of the device")
    return AvOpener(str(device), str(device), format="v4l2")


def _known() -> str:
    found = sorted(str(path) for path in DEVICES.glob("video*") if path.is_char_device())
    return f"found {', '.join(found)}" if found else "no camera is connected"
