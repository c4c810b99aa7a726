"""Web Mercator with Leaflet's zoom, for all that lays the map out without a browser."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["world_pixels"]


def world_pixels(lonlat: ArrayLike, zoom: float) -> NDArray[np.float64]:
    """Return where places (..., 2), longitude and latitude, lie in the whole world at a zoom: pixels (..., 2) from its upper left corner."""  # noqa: E501
    lon, lat = np.moveaxis(np.asarray(lonlat, dtype=float), -1, 0)
    size = 256 * 2**zoom
    up = np.arcsinh(np.tan(np.radians(lat))) / np.pi
    return np.stack([(lon + 180) / 360 * size, (1 - up) / 2 * size], axis=-1)
