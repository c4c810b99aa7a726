"""The app's own addresses: what is sent, how it is kept, and what it may do."""

from __future__ import annotations

import gzip
import re
import urllib.error
import urllib.request

import pytest


def get(url: str, **headers: str):
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


@pytest.fixture(scope="module")
def document(app_url: str):
    return get(f"{app_url}embed?step=shushi-2020&ui=legend", **{"Accept-Encoding": "gzip"})


def test_the_embed_is_one_compressed_page_within_its_budget(document):
    status, headers, body = document
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert len(body) <= 300_000
    assert gzip.decompress(body).startswith(b"<!DOCTYPE html>")


def test_the_embed_may_be_framed_and_lets_nothing_in(document):
    policy = document[1]["content-security-policy"]
    assert "frame-ancestors" not in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in re.search(r"script-src ([^;]*)", policy).group(1)
    assert "x-frame-options" not in document[1]


@pytest.mark.parametrize("query", ["", "?step=shushi-2020"])
def test_an_unchanged_embed_is_not_sent_again(app_url, query):
    _, headers, _ = get(f"{app_url}embed{query}")
    status, _, body = get(f"{app_url}embed{query}", **{"If-None-Match": headers["etag"]})
    assert (status, body) == (304, b"")


def test_an_address_with_a_digest_is_kept_for_ever(app_url, document):
    digest = document[1]["etag"].strip('"')
    status, headers, _ = get(f"{app_url}storymap/{digest}/map.html")
    assert status == 200
    assert headers["cache-control"] == "public, max-age=31536000, immutable"


def test_an_old_address_says_so(app_url):
    status, _, body = get(f"{app_url}storymap/0000000000000000/map.html")
    assert status == 404
    assert b"Reload" in body
