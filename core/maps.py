"""What a page with a map needs: the tile server's address, and the permission to ask it."""

from typing import Any
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

OSM = "openstreetmap.org"


def tile_server() -> str:
    """«https://tile.openstreetmap.org»; with a star for its mirrors; nothing without tiles."""
    address = urlsplit(settings.LEAFLET_CONFIG["TILES"])
    host = address.netloc.replace("{s}", "*")
    return f"{address.scheme}://{host}" if host else ""


def render_with_map(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The only pages that may load images from another host, and from that one alone."""
    server = tile_server()
    tiles = {
        "map_tiles": settings.LEAFLET_CONFIG["TILES"],
        "map_credit": settings.LEAFLET_CONFIG["ATTRIBUTION"],
        "map_is_osm": server.endswith(OSM),
    }
    response = render(request, template, {**context, **tiles}, status=status)
    if server:
        csp_update({"img-src": [server]})(lambda _request: response)(request)
    return response
