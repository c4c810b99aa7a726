"""What the peers load: their pages and data, and a stand-in for the networks they load libraries from.

Run by uvicorn, the server that Streamlit runs on, as two processes: one plain, one behind TLS. Everything is
compressed beforehand and may be kept, as any static host does it.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import story

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
WEB = HERE / "peers" / "web"

#: Hosts that folium's documents link to, and where their files are in node_modules.
CDN_HOSTS = ("cdn.jsdelivr.net", "code.jquery.com", "cdnjs.cloudflare.com", "netdna.bootstrapcdn.com")
CDN_FILES = (
    (r"/npm/leaflet@1\.9\.\d/(.*)", "leaflet/{}"),
    (r"/npm/bootstrap@5\.2\.2/(.*)", "bootstrap/{}"),
    (r"/npm/@fortawesome/fontawesome-free@6\.2\.0/(.*)", "@fortawesome/fontawesome-free/{}"),
    (r"/jquery-3\.7\.1\.min\.js()", "jquery/dist/jquery.min.js"),
    (r"/ajax/libs/Leaflet\.awesome-markers/2\.0\.2/(.*\.(?:js|css))", "leaflet.awesome-markers/dist/{}"),
    (r"/bootstrap/3\.0\.0/css/bootstrap-glyphicons\.css()", "bootstrap3/dist/css/bootstrap.min.css"),
)  # fmt: skip
VENDOR = {
    "leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "scrollama.min.js": "scrollama/build/scrollama.min.js",
    "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre-gl-shared.mjs": "maplibre-gl/dist/maplibre-gl-shared.mjs",
}


def _data(name: str) -> bytes | None:
    if name == "story":
        value: object = {"steps": story.steps(), "days": story.change_days()}
    elif name == "spans":
        value = story.spans_geojson()
    elif name in story.BASE_LAYERS:
        value = story.base_geojson(name)
    else:
        return None
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


@cache
def peer_file(path: str) -> tuple[bytes, bytes] | None:
    """A file of a peer's page, plain and compressed."""
    content = None
    if found := re.fullmatch(r"data/(\w+)\.json", path):
        content = _data(found[1])
    elif path.startswith("vendor/timeline/"):
        content = _read(MODULES / "@knight-lab/timelinejs/dist" / path.removeprefix("vendor/timeline/"))
    elif path.startswith("vendor/"):
        content = _read(MODULES / VENDOR.get(path.removeprefix("vendor/"), "-"))
    else:
        content = _read(WEB / path)
    return None if content is None else (content, gzip.compress(content, 9, mtime=0))


@cache
def cdn_file(path: str) -> tuple[bytes, bytes] | None:
    """A file that a content delivery network would give, plain and compressed."""
    content = b"/* */" if "leaflet.awesome.rotate" in path else None
    for pattern, place in CDN_FILES:
        if found := re.fullmatch(pattern, f"/{path}"):
            content = _read(MODULES / place.format(found[1]))
    return None if content is None else (content, gzip.compress(content, 9, mtime=0))


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _serving(file: Callable[[str], tuple[bytes, bytes] | None], age: str) -> Starlette:
    def serve(request: Request) -> Response:
        path = request.path_params["path"]
        found = file(path)
        headers = {"Cache-Control": age, "Access-Control-Allow-Origin": "*", "Vary": "Accept-Encoding"}
        if found is None:
            return Response(status_code=404, headers={"Access-Control-Allow-Origin": "*"})
        kind = "text/javascript" if path.endswith((".js", ".mjs")) else mimetypes.guess_type(path)[0]
        compressed = not path.endswith((".woff2", ".png", ".gif"))
        if compressed:
            headers["Content-Encoding"] = "gzip"
        return Response(found[compressed], headers=headers, media_type=kind or "application/octet-stream")

    return Starlette(routes=[Route("/{path:path}", serve)])


peers = _serving(peer_file, "public, max-age=600")
cdn = _serving(cdn_file, "public, max-age=31536000, immutable")


def certificate(folder: Path) -> tuple[Path, Path, str]:
    """A certificate for the stand-in: its file, its key, and the digest by which the browser is told to trust it."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    names = ",".join(f"DNS:{host}" for host in CDN_HOSTS)
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=stand-in"]
    subprocess.run(
        [*make, "-addext", f"subjectAltName={names}", "-keyout", key, "-out", cert], check=True, capture_output=True
    )
    pipe = (
        f"openssl x509 -pubkey -noout -in {cert} | openssl pkey -pubin -outform der"
        " | openssl dgst -sha256 -binary | openssl base64"
    )
    return cert, key, subprocess.run(pipe, shell=True, check=True, capture_output=True, text=True).stdout.strip()
