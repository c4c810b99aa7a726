"""The app's own addresses beside Streamlit's: the assets of the story, and the map document to embed."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geo.ui.assets import FOREVER, OTHER_PAGES, Asset
from geo.ui.current import current_assets
from geo.ui.first_page import serve_first_page
from geo.ui.follow import VERSION_PATH, serve_version

#: Longer than any state that a page can write.
MOST_QUERY_BYTES = 8_192


def respond(asset: Asset, request: Request, cache_control: str) -> Response:
    """Answer with an asset, compressed where the browser takes it."""
    headers = {
        "Cache-Control": cache_control,
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{asset.digest}"',
        **dict(asset.headers),
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    content = asset.content
    if not asset.name.endswith(".woff2"):
        headers["Vary"] = "Accept-Encoding"
        accepted = [part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")]
        encoding = next((known for known in ("br", "gzip") if known in accepted), None)
        if encoding:
            content = asset.compressed(encoding)
            headers["Content-Encoding"] = encoding
    return Response(content, media_type=asset.media_type, headers=headers)


def serve_asset(request: Request) -> Response:
    """``/storymap/<digest>/<name>``: kept for ever, because the digest is of the content."""
    assets = current_assets()
    wanted = request.path_params["digest"], request.path_params["name"]
    for asset in assets or ():
        if (asset.digest, asset.name) == wanted:
            return respond(asset, request, FOREVER)
    return PlainTextResponse("Not here: the story has changed since. Reload the page.", status_code=404)


def serve_embed(request: Request) -> Response:
    """``/embed?step=…``: the map document alone; its own code reads the query and says what of it was ignored.

    A wrong parameter still shows a map, since a dead slide helps nobody; refused is only what cannot be a state at all.
    """
    query = request.url.query
    if len(query) > MOST_QUERY_BYTES:
        return PlainTextResponse(f"No state is longer than {MOST_QUERY_BYTES} bytes; this has {len(query)}.", 400)
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return PlainTextResponse("This is no state: its address is not in UTF-8.", status_code=400)
    assets = current_assets()
    if assets is None:
        return PlainTextResponse("The story has problems; see the app's page.", status_code=503)
    assets = assets.in_language(request.query_params.get("lang"))
    return respond(assets.document if query else assets.embed, request, "public, max-age=300")


def routes() -> list[Route]:
    return [
        *(Route(f"/{page}", serve_first_page(page)) for page in ("", *OTHER_PAGES)),
        Route(f"/{VERSION_PATH}", serve_version),
        Route("/storymap/{digest}/{name}", serve_asset), Route("/embed", serve_embed),
    ]  # fmt: skip
