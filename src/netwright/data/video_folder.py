"""A plain folder of video files with one subfolder a class, below train/ and test/, valid/ or val/."""

from pathlib import Path

from netwright.data.folder_layout import FileKind, read_layout
from netwright.data.video_layout import VIDEO_SUFFIXES, LabelledVideo, VideoLayout
from netwright.data.videos_address import PREFIX

VIDEOS = FileKind("videos", VIDEO_SUFFIXES, PREFIX)


def read_video_folder(folder: Path) -> VideoLayout:
    """Return the videos below `folder/train/CLASS` and below `folder/test`, `valid` or `val`, the first there is.

    Nothing is known of what they were cut from: the origin of each is itself.

    Args:
        folder: The folder.

    Returns:
        The layout; hidden files are left out.

    Raises:
        DataError: The folder or a part is missing, a class has no training files, or the test part has one of its own.
    """
    layout = read_layout(folder, VIDEOS)
    parts = ((layout.train, layout.train_labels), (layout.test, layout.test_labels))
    train, test = (
        tuple(LabelledVideo(path, label, str(path)) for path, label in zip(*part, strict=True)) for part in parts
    )
    return VideoLayout(train, test, layout.classes, layout.notes)
