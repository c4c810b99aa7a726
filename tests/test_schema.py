"""The JSON Schemas in docs/schemas are those of the readers, and every shipped file agrees with them."""

import datetime
import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from geo.schema import SCHEMAS, render_schemas

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "schemas"
STORIES = (ROOT, ROOT / "geo" / "new_story", ROOT / "tests" / "stories" / "two-valleys", *(ROOT / "examples").iterdir())


def plain(value):
    """What an editor sees: keys are texts, days are as they were written."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat()[:10] if isinstance(value, datetime.date) else value


def errors(name, text):
    value = plain(YAML(typ="safe", pure=True).load(text))
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    return [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(value)]


def front_matter(path):
    return path.read_text(encoding="utf-8").split("---\n")[1]


def test_the_schemas_are_those_of_the_readers():
    """``python -c "from geo.schema import *; from pathlib import Path; write_schemas(Path('docs/schemas'))"``."""
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()} == render_schemas()
    for text in render_schemas().values():
        jsonschema.Draft7Validator.check_schema(json.loads(text))
    assert len(SCHEMAS) == 3


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.name)
def test_shipped_stories_agree(story):
    assert errors("catalogue", (story / "layers" / "catalogue.yaml").read_text(encoding="utf-8")) == []
    assert errors("story", (story / "narrative" / "story.yaml").read_text(encoding="utf-8")) == []
    for path in (story / "narrative").glob("[0-9]*.md"):
        assert errors("step", front_matter(path)) == [], path


@pytest.mark.parametrize(
    ("name", "story"),
    [
        ("catalogue", "hatch-unknown"), ("catalogue", "color-name"), ("catalogue", "opacity"), ("catalogue", "styles"),
        ("catalogue", "fields-missing"), ("story", "fields-missing"), ("step", "zoom-too-deep"), ("step", "views"),
    ],
)  # fmt: skip
def test_an_editor_finds_the_same_mistakes(name, story):
    folder = ROOT / "tests" / "stories" / "bad" / story
    paths = {"catalogue": "layers/catalogue.yaml", "story": "narrative/story.yaml"}
    texts = [front_matter(path) for path in folder.glob("narrative/*.md")]
    if name in paths:
        texts = [(folder / paths[name]).read_text(encoding="utf-8")]
    assert any(errors(name, text) for text in texts)
