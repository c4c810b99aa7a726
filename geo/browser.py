"""Our own files for the browser: their texts, one script out of many modules, and what a page can hold of them."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from rjsmin import jsmin

__all__ = ["JINJA", "WEB", "ZOOMS", "bundle", "inline_json", "inline_script", "web_text"]

WEB = files("geo") / "web"

#: How far the map goes in and out, and in what steps; the browser fits a view to them before there is a map.
ZOOMS = {"min": 3, "max": 13, "snap": 0.05}

JINJA = Environment(loader=PackageLoader("geo", "web/templates"), autoescape=True, undefined=StrictUndefined)

# An import or export at the start of a line is all the module syntax our browser code uses.
_IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class))", re.MULTILINE)


@cache
def web_text(name: str) -> str:
    """Text of a file in ``geo/web``, such as ``"map.mjs"``."""
    return (WEB / name).read_text(encoding="utf-8")


def bundle(modules: tuple[str, ...], exported: str) -> str:
    """Join ES modules into one classic script, because a page opened from a file may import nothing.

    Parameters
    ----------
    modules : tuple of str
        Names without ``.mjs``, each after the ones it imports from.
    exported : str
        The object literal the script evaluates to, such as ``"{ mount }"``.
    """
    bodies = (_EXPORT.sub("", _IMPORT.sub("", web_text(f"{name}.mjs"))) for name in modules)
    return jsmin("(() => {\n" + "\n".join(bodies) + f"\nreturn {exported};\n}})()")


def inline_script(text: str) -> str:
    """Make JavaScript safe inside ``<script>``: no closing tag may appear in it."""
    return re.sub(r"</(?=script)", r"<\\/", text, flags=re.IGNORECASE).replace(
        "//# sourceMappingURL=leaflet.js.map", ""
    )


def inline_json(text: str) -> str:
    """Make JSON safe inside ``<script type="application/json">``."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
