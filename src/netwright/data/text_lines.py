"""A file of texts, one a line."""

from pathlib import Path

from netwright.records.errors import InputError


def text_lines(path: Path) -> list[str]:
    r"""Return the texts of a file, one a line; empty lines are left out.

    Args:
        path: A file in UTF-8.

    Returns:
        The texts, without spaces around them.

    Raises:
        InputError: There is no such file, it is not UTF-8, or it holds no text.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "texts.txt")
    ...     _ = file.write_text("a fine film\n\n a dull one ")
    ...     text_lines(file)
    ['a fine film', 'a dull one']
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}, line {line}: found a byte that is not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        found = f"{path}: the texts could not be read ({error.strerror})"
        raise InputError(f"{found}; name a file with one text a line") from error
    texts = [line.strip() for line in content.split("\n") if line.strip()]
    if not texts:
        raise InputError(f"{path} holds no text; write one a line")
    return texts
