"""The drawing of the house: what the engine may name, and what it says of itself."""

import ast
import doctest
import importlib
import re
from pathlib import Path

import pytest

import geo

GEO = Path(geo.__file__).parent

#: From the ground up; a module imports only from those before it.
ORDER = (
    "errors", "dates", "language", "model", "state", "reading", "catalogue", "layers", "events", "control",
    "prose", "narrative", "toponyms", "translation", "describe", "checks", "wording", "story", "schema", "new", "outline", "topology", "payload",
)  # fmt: skip

#: Years of examples, and of the papers that formulas are from.
EXAMPLE_YEARS = {"1901", "1902", "1999", "2000", "2001", "2013"}


def source(name):
    return ast.parse((GEO / f"{name}.py").read_text(encoding="utf-8"))


def imports(name):
    """Return the modules of the engine that a module imports, however late."""
    found = set()
    for node in ast.walk(source(name)):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            found |= {node.module} if node.module else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("name", ORDER)
def test_a_module_imports_only_from_those_before_it(name):
    assert imports(name) <= set(ORDER[: ORDER.index(name)])


@pytest.mark.parametrize("name", ORDER)
def test_the_engine_needs_neither_page_nor_map(name):
    roots = {
        alias.name.split(".")[0]
        for node in ast.walk(source(name))
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        node.module.split(".")[0]
        for node in ast.walk(source(name))
        if isinstance(node, ast.ImportFrom) and node.level == 0
    }
    assert not roots & {"streamlit", "folium", "branca", "jinja2", "matplotlib", "pptx"}


@pytest.mark.parametrize("name", [*ORDER, "cli"])
def test_all_is_the_truth(name):
    module = importlib.import_module(f"geo.{name}")
    defined = {
        node.name
        for node in source(name).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    }
    assert len(module.__all__) == len(set(module.__all__))
    assert all(hasattr(module, exported) for exported in module.__all__)
    hidden = defined - set(module.__all__)
    assert not hidden or name == "cli", hidden  # commands are reached through the app


#: Every module with an example, as ``geo.dates``; ``geo`` itself has one, too.
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(GEO.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in GEO.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_in_docstrings_are_true(name, monkeypatch):
    monkeypatch.chdir(GEO.parent)
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", [*ORDER, "cli"])
def test_the_engine_names_no_place_no_year_and_no_colour(name):
    text = (GEO / f"{name}.py").read_text(encoding="utf-8").casefold()
    for word in ("karabakh", "azerbaijan", "armenia", "shushi", "russia", "soviet"):
        assert word not in text
    assert set(re.findall(r"\b(?:19|20)\d\d\b", text)) <= EXAMPLE_YEARS
    for node in ast.walk(source(name)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", node.value, re.IGNORECASE), node.value


def test_the_package_offers_what_it_says():
    for name in geo.__all__:
        assert getattr(geo, name).__name__ == name
    assert set(geo.__all__) <= set(dir(geo))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        geo.nothing  # noqa: B018
