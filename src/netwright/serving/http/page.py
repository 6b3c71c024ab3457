"""A page for people who open the service's address in a browser."""

from collections.abc import Iterable
from html import escape

from netwright.records.package import Manifest
from netwright.serving.http.exchange import OK, Headers, Response

_HEADERS: Headers = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
)
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
html {{ color-scheme: light dark }}
td, th {{ text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top }} code {{ overflow-wrap: anywhere }}
</style></head><body>
<h1>{name}</h1>
<p>{task}; version <code>{version}</code>; classes: {classes}.</p>
<h2>Models</h2>
<table>{models}</table>
<h2>Inputs</h2>
<table>{inputs}</table>
<h2>Endpoints</h2>
<table>{endpoints}</table>
</body></html>
"""
SHOWN = 20


def service_page(manifest: Manifest, version: str, endpoints: Iterable[tuple[str, str]]) -> Response:
    """Return a page that says what is served, and where.

    Args:
        manifest: Of the package.
        version: Of the package.
        endpoints: (methods, path).

    Returns:
        HTML that needs nothing else.
    """
    header, rows = manifest.table()
    inputs = [(spec.name, spec.datatype, str(list(spec.shape))) for spec in manifest.inputs]
    more = ", ..." if len(manifest.classes) > SHOWN else ""
    page = _PAGE.format(
        name=escape(manifest.name),
        task=escape(manifest.task),
        version=escape(version),
        classes=escape(", ".join(manifest.classes[:SHOWN])) + more,
        models=_rows([header, *rows]),
        inputs=_rows([("name", "datatype", "shape"), *inputs]),
        endpoints=_rows(endpoints),
    )
    return Response(OK, page.encode(), _HEADERS)


def _rows(rows: Iterable[Iterable[object]]) -> str:
    return "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
