"""A small part of ``make fuzz``, what it once found, and the same inputs with hypothesis, which makes them small."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.readers import KINDS, Source, harmless, make_readers

FOUND = sorted((Path(__file__).parents[1] / "fuzz" / "found").glob("*.txt"))
TOGETHER = settings(
    max_examples=40, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@pytest.fixture(scope="module")
def readers(tmp_path_factory):
    return make_readers(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("kind", KINDS)
def test_spoilt_inputs_are_problems_and_no_more(readers, kind):
    source = Source(kind, seed=1)
    for _ in range(150):
        text = source.text()
        error = harmless(readers[kind], text)
        assert error is None, f"{error!r} for {text!r}"


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_was_found_once(readers, path):
    text = path.read_bytes().decode("utf-8", "surrogatepass")
    assert harmless(readers[path.stem.partition("-")[0]], text) is None


@pytest.mark.parametrize("kind", KINDS)
def test_chance_that_hypothesis_chose(readers, kind):
    @TOGETHER
    @given(st.randoms(use_true_random=False))
    def look(chance):
        readers[kind](Source(kind, chance).text())

    look()


@pytest.mark.parametrize("kind", KINDS)
def test_any_text_at_all(readers, kind):
    @TOGETHER
    @given(st.text(max_size=300))
    def look(text):
        readers[kind](text)

    look()


def test_equal_seeds_give_equal_inputs():
    assert [Source("yaml", 7).text() for _ in range(3)] == [Source("yaml", 7).text() for _ in range(3)]
