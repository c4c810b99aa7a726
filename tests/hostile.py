"""A story with hostile strings in every field that takes a text; none of them may run or be asked for.

The marks are of one kind: whatever ran would set `window.ran`, whatever was asked for would go to ``hostile.invalid``.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

TWO_VALLEYS = Path(__file__).parent / "stories" / "two-valleys"
HOST = "hostile.invalid"
RUN = f"window.ran=1;top.ran=1;fetch('http://{HOST}/f')"

STRINGS = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f'"><img src=http://{HOST}/i onerror="{RUN}">',
    f'\'><svg onload="{RUN}">',
    f"</title></style></textarea></noscript><style>@import url(http://{HOST}/s);*{{background:url(http://{HOST}/b)}}</style>",
    f'<iframe srcdoc="<script>{RUN}</script>"></iframe><iframe src="javascript:{RUN}"></iframe>',
    f'<a href="javascript:{RUN}" autofocus onfocus="{RUN}">a</a><math><mtext><mglyph><style><img src=x onerror="{RUN}">',
    f'<link rel=stylesheet href=http://{HOST}/l><base href=http://{HOST}/><meta http-equiv=refresh content="0;http://{HOST}/m">',
    f"{{{{ 7 * 7 }}}}{{% for c in ''.__class__.__mro__ %}}{{{{ c }}}}{{% endfor %}}{{# c #}}${{{RUN}}}`{RUN}`",
    f"';{RUN};'\";{RUN};\"\\';{RUN}//--></script>]]><!--",
    f"javascript:{RUN}",
    f"url(http://{HOST}/u) &lt;script&gt;{RUN}&lt;/script&gt; &#x3c;img src=x onerror={RUN}&#x3e;",
    "\u2028\u2029\u202e\ufeff\u0007 __proto__ constructor \ud7ff",
)
ALL = " ".join(STRINGS).replace("\u0007", "")

#: Columns of the tables that take any text.
COLUMNS = {
    "sources.csv": ("title", "publisher", "note"),
    "names.csv": ("name",),
    "events.csv": ("what", "note"),
    "control_events.csv": ("note",),
    "edges.csv": ("source", "note"),
    "areas_published.csv": ("subject", "as_of", "note"),
}
#: Fields of the YAML files that take any text.
FIELDS = (
    "label", "description", "title", "source", "license", "attribution", "subtitle", "author", "publisher", "year",
    "press", "uplander", "research", "date_label", "section",
)  # fmt: skip


def write_hostile(folder: Path) -> Path:
    """Write the story; `check` has nothing against it, since an author may write what the own text is about."""
    shutil.copytree(TWO_VALLEYS, folder)
    for name, columns in COLUMNS.items():
        _spoil_table(folder / "layers" / name, columns)
    _spoil_table(folder / "narrative" / "works.csv", ("citation",))
    path = folder / "layers" / "sources.csv"
    address = f'http://{HOST}/"onmouseover="{RUN}" x=\'<script>{RUN}</script>'
    path.write_text(path.read_text(encoding="utf-8").replace(",,", f",{_cell(address)},", 1), encoding="utf-8")
    for path in folder.glob("layers/*.geojson"):
        data = json.loads(path.read_text(encoding="utf-8"))
        for feature in data["features"]:
            for key in ("name", "source", "note", "fitted", "kind", "label", "status"):
                if key in feature["properties"] or key in ("note", "kind", "status"):
                    feature["properties"][key] = ALL
            if path.stem == "control_units":
                for key in ("kind", "status"):
                    del feature["properties"][key]
        path.write_text(json.dumps(data), encoding="utf-8")
    for path in (folder / "layers" / "catalogue.yaml", folder / "narrative" / "story.yaml"):
        path.write_text(_spoil_yaml(path.read_text(encoding="utf-8")), encoding="utf-8")
    for path in folder.glob("narrative/*.md"):
        head, matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
        body = body.replace("> [!NOTE] What the map shows", f"> [!NOTE] {ALL}")
        lines = re.sub(r"^(\[\^[^\]]+\]: .*)$", lambda m: f"{m[1]} {ALL.replace('@', '')}", body, flags=re.MULTILINE)
        lines += f"\n\n{ALL}\n\n> {ALL}\n\n- {ALL}\n\n### {ALL}\n\n| {ALL.replace('|', '')} |\n|---|\n| a |\n"
        lines += f'\n[{STRINGS[0]}](https://{HOST}/"onclick="{RUN.replace(" ", "")}") <https://{HOST}/>\n'
        path.write_text(head + "---\n" + _spoil_yaml(matter) + "---\n" + lines, encoding="utf-8")
    return folder


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _spoil_table(path: Path, columns: tuple[str, ...]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    for number, row in enumerate(rows):
        for column in columns:
            # Two names of one form and place may not be the same at the same time; all others may.
            row[header.index(column)] = f"{ALL} {number}"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def _spoil_yaml(text: str) -> str:
    """Put the strings into every field of that name, whether it has a line of its own or stands in a group."""
    quoted = json.dumps(ALL, ensure_ascii=True)
    for field in FIELDS:
        text = re.sub(
            rf'(?m)^(\s*(?:- )?){field}: (?!\[|\{{|true|false)(?:"[^"]*"|.*)$',
            lambda m, field=field: f"{m[1]}{field}: {quoted}",
            text,
        )
        text = re.sub(
            rf'([{{,]\s*){field}: (?!true|false)(?:"[^"]*"|[\w ][^,}}]*)(?=[,}}])',
            lambda m, field=field: f"{m[1]}{field}: {quoted}",
            text,
        )
    return text
