"""Write the golden payloads anew, after a change that is meant: ``python tests/golden/write.py``."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from geo.payload import payload_json  # noqa: E402
from geo.story import load_story  # noqa: E402

if __name__ == "__main__":
    text = payload_json(load_story(HERE.parent / "stories" / "two-valleys"))
    (HERE / "two-valleys.json").write_text(text + "\n", encoding="utf-8")
