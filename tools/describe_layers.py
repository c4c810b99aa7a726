"""Write ``docs/data.md`` from what ``layers/`` holds.

``python -m tools.describe_layers`` fills ``tools/data.md.jinja``: the prose is
written there by hand, every table and every figure is computed here, so that the
page cannot say anything that the files do not.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from ruamel.yaml import YAML

from tools.coverage import length_km, shared_edge
from tools.log import control_on, load_rows

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).parent

_FORMS = ("armenian", "azerbaijani", "russian")


def describe(layers: Path) -> str:
    """Text of ``docs/data.md``.

    Parameters
    ----------
    layers : Path
        The folder ``layers/``.
    """
    yaml = YAML(typ="safe")
    units = gpd.read_file(layers / "control_units.geojson")
    units["fitted"] = units["fitted"].fillna("")
    units["note"] = units["note"].fillna("")
    log = load_rows(layers / "control_events.csv")
    names = load_rows(layers / "names.csv")
    cuts = yaml.load((HERE / "cuts.yaml").read_text(encoding="utf-8"))
    environment = Environment(
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    return environment.get_template("data.md.jinja").render(
        catalogue=yaml.load((layers / "catalogue.yaml").read_text(encoding="utf-8"))["layers"],
        units=[_cell_safe(row) for row in units.drop(columns="geometry").to_dict("records")],
        total=f"{units.loc[~units.frame, 'km2'].sum():,.0f}",
        oblast=f"{units.loc[units.oblast, 'km2'].sum():,.0f}",
        held_1994=f"{_held(units, log, 'armenian_forces', '1994-05-12'):,.0f}",
        zone_2020=f"{_held(units, log, 'peacekeepers_zone', '2020-12-01'):,.0f}",
        summer_1992=_summer_1992(units, log),
        iran_km=_iranian_border(layers, units, log),
        own=_cuts(cuts["own"]),
        lettered=_cuts(cuts["lettered"]),
        edges=_edge_kinds(units, load_rows(layers / "edges.csv")),
        areas=_areas(units, log, load_rows(layers / "areas_published.csv")),
        fallbacks=_fallbacks(names),
        pointless=_without_point(layers, names),
    )


def _held(units: gpd.GeoDataFrame, log: list[dict[str, str]], controller: str, day: str, district: str = "") -> float:
    control = control_on(log, day)
    held = ~units.frame & (units.unit.map(control) == controller)
    if district:
        held &= units.district == district
    return float(units.loc[held, "km2"].sum())


def _summer_1992(units: gpd.GeoDataFrame, log: list[dict[str, str]]) -> dict[str, str]:
    """Share of the oblast on the Azerbaijani side in August 1992, without and with the unit that is open."""
    oblast = units.loc[units.oblast, "km2"].sum()
    control = control_on(log, "1992-08-15")
    held = units.loc[units.oblast & (units.unit.map(control) == "azerbaijan"), "km2"].sum()
    open_too = held + units.loc[units.unit == "mardakert-drmbon", "km2"].sum()
    return {
        "held": f"{held / oblast:.0%}".replace("%", " %"),
        "open_too": f"{open_too / oblast:.0%}".replace("%", " %"),
    }


def _iranian_border(layers: Path, units: gpd.GeoDataFrame, log: list[dict[str, str]]) -> str:
    """Length of the border with Iran on the Armenian side of the line of contact, for comparison with one figure."""
    iran = gpd.read_file(layers / "context" / "states.geojson").set_index("id").geometry["iran"]
    control = control_on(log, "2020-09-27")
    held = units[~units.frame & (units.unit.map(control) == "armenian_forces")].geometry
    return f"{sum(length_km(shared_edge(area, iran)) for area in held):.0f}"


def _cuts(entries: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": key,
            "error_km": entry["error_km"],
            "error_note": entry.get("error_note", ""),
            "reason": " ".join(entry["reason"].split()),
            "line": " ".join(f"[{lon:g}, {lat:g}]" for lon, lat in entry["line"]),
        }
        for key, entry in entries.items()
    ]


def _edge_kinds(units: gpd.GeoDataFrame, edges: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Number and length of the edges by where they come from."""
    areas = dict(zip(units.unit, units.geometry, strict=True))
    kinds: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for edge in edges:
        km = length_km(shared_edge(areas[edge["a"]], areas[edge["b"]]))
        kinds[edge["source"], edge["accuracy"], edge["error_km"]].append(km)
    return [
        {"source": source, "accuracy": accuracy, "error_km": error, "count": len(lengths), "km": f"{sum(lengths):,.0f}"}
        for (source, accuracy, error), lengths in sorted(kinds.items(), key=lambda item: (float(item[0][2]), item[0]))
    ]


def _areas(units: gpd.GeoDataFrame, log: list[dict[str, str]], published: list[dict[str, str]]) -> list[dict[str, str]]:
    """Each published figure that can be set beside a computed one."""
    compared = []
    for row in published:
        if row["controller"]:
            ours = _held(units, log, row["controller"], row["date"], row["district"])
        elif row["district"]:
            ours = float(units.loc[units.district == row["district"], "km2"].sum())
        else:
            continue
        theirs = float(row["km2"])
        compared.append(
            {
                "subject": row["subject"],
                "date": row["date"],
                "published": f"{theirs:,.0f}",
                "source": row["source"].replace(";", ", "),
                "ours": f"{ours:,.0f}",
                "difference": f"{(ours - theirs) / theirs:+.1%}".replace("%", " %") if theirs else "–",
            }
        )
    return sorted(compared, key=lambda row: (row["date"] != "", row["date"], _order(row["subject"])))


def _order(subject: str) -> tuple[bool, str]:
    return "district" in subject, subject


def _fallbacks(names: list[dict[str, str]]) -> dict[str, str]:
    """For each form, the places that lack it and show the article's form instead."""
    article = {row["place"]: row["name"] for row in names if row["form"] == "article"}
    has = {form: {row["place"] for row in names if row["form"] == form} for form in _FORMS}
    return {form: ", ".join(article[place] for place in sorted(set(article) - has[form])) for form in _FORMS}


def _without_point(layers: Path, names: list[dict[str, str]]) -> str:
    points: set[str] = set()
    for path in sorted(layers.rglob("*.geojson")):
        frame = gpd.read_file(path)
        if "place" in frame:
            points |= set(frame["place"])
    return _listed({row["place"] for row in names} - points)


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(f"`{id}`" for id in sorted(ids))


def _cell_safe(row: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): value.replace("|", "/") if isinstance(value, str) else value for key, value in row.items()}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.describe_layers", description="Write docs/data.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the page is out of date")
    arguments = parser.parse_args()
    path, text = ROOT / "docs" / "data.md", describe(ROOT / "layers")
    if arguments.check:
        raise SystemExit(0 if path.is_file() and path.read_text(encoding="utf-8") == text else 1)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
