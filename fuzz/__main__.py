"""``python -m fuzz [--inputs 100000] [--seed 0]``: run the readers on spoilt inputs and say what they made of them.

Exit status 1 if anything was raised that is not ours, took more than two seconds, or more than 500 MB. What is found
is written to ``fuzz/found/``; the ordinary tests read that folder, so that nothing is found twice.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import time
from pathlib import Path

from fuzz.readers import KINDS, Source, harmless, make_readers, temporary

FOUND = Path(__file__).parent / "found"
MOST_SECONDS, MOST_MB = 2.0, 500


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--inputs", type=int, default=100_000, help="how many, over all kinds together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=KINDS, action="append", help="only this kind; may be given again")
    given = parser.parse_args()
    kinds, bad = given.kind or KINDS, 0
    with temporary() as folder:
        readers = make_readers(Path(folder))
        for kind in kinds:
            source, slowest, begun = Source(kind, given.seed), 0.0, time.perf_counter()
            for _ in range(given.inputs // len(kinds)):
                text = source.text()
                start = time.perf_counter()
                error = harmless(readers[kind], text)
                took = time.perf_counter() - start
                slowest = max(slowest, took)
                if error is not None or took > MOST_SECONDS:
                    bad += 1
                    keep(kind, text)
                    print(
                        f"{kind}: {type(error).__name__}: {error}" if error else f"{kind}: {took:.1f} s",
                        file=sys.stderr,
                    )
            took = time.perf_counter() - begun
            print(
                f"{kind:9} {given.inputs // len(kinds):7,} inputs in {took:6.1f} s, slowest {slowest:.3f} s", flush=True
            )
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most {megabytes:.0f} MB; {bad} inputs went wrong")
    return int(bad > 0 or megabytes > MOST_MB)


def keep(kind: str, text: str) -> None:
    """Write an input down, named by what it is."""
    FOUND.mkdir(exist_ok=True)
    data = text.encode("utf-8", "surrogatepass")
    (FOUND / f"{kind}-{hashlib.sha256(data).hexdigest()[:12]}.txt").write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
