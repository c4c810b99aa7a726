"""Write the golden files anew, after a change that is meant: ``python tests/golden/write.py``."""

import json
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from geo.dates import format_day, format_number, formats  # noqa: E402
from geo.payload import payload_json  # noqa: E402
from geo.story import load_story  # noqa: E402

LANGUAGES = ("en", "fr", "ru", "hy", "az", "sr-Latn", "hu", "zh", "th", "qps")
DAYS, NUMBERS = (date(2000, 2, 9), date(1988, 12, 31)), (7, 999, 11490, 1234567)


def written() -> dict:
    """Return how languages write some days and numbers, for the browser to write them too."""
    return {
        lang: {
            "formats": formats(lang), "days": {str(day): format_day(day, lang) for day in DAYS},
            "numbers": {str(number): format_number(number, lang) for number in NUMBERS},
        }
        for lang in LANGUAGES
    }  # fmt: skip


if __name__ == "__main__":
    text = payload_json(load_story(HERE.parent / "stories" / "two-valleys"))
    (HERE / "two-valleys.json").write_text(text + "\n", encoding="utf-8")
    text = json.dumps(written(), ensure_ascii=False, indent=1)
    (HERE / "formats.json").write_text(text + "\n", encoding="utf-8")
