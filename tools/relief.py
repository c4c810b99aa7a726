"""The relief under the map: a soft hillshade of the GLOBE grid in Web Mercator rows."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from tools.raw import Elevation

#: Shadow below this is noise of the plain: left out, so that flat land is wholly transparent.
_NOISE = 0.03
_BLUR_CELLS = 0.9
_LIGHT_AZIMUTH = 315.0
_LIGHT_ALTITUDE = 45.0
_EXAGGERATION = 2.4
#: Grey-brown of a printed map; only its opacity varies, so paper and colours show through.
_INK = (92, 78, 60)
_MOST_OPAQUE = 215
#: Of the encoder: no pixel's opacity is then off by more than a twentieth, in a quarter of the WebP's bytes, which
#: keeps opacity without loss or in steps that show.
_QUALITY = 70


def write_relief(path: Path, elevation: Elevation) -> None:
    """Write the hillshade as an AVIF whose opacity is the shadow.

    Slopes towards the light and flat land are transparent: the picture only ever
    darkens what is under it, so it can lie over paper and over colour alike. One
    pixel a cell is enough: browsers smooth what they enlarge, and the soft look is
    the one wanted.
    """
    shade = np.clip((_blurred(_shadow(elevation)) - _NOISE) / (1 - _NOISE), 0, 1)
    width = shade.shape[1]
    height = _mercator_height(elevation, width)
    alpha = _resampled_rows(shade, _mercator_rows(elevation, height, shade.shape[0])) * _MOST_OPAQUE
    pixels = np.empty((height, width, 4), dtype=np.uint8)
    pixels[..., :3] = _INK
    pixels[..., 3] = np.round(alpha)
    image = Image.fromarray(pixels)
    image.save(path, "AVIF", quality=_QUALITY, speed=0, max_threads=1)


def _shadow(elevation: Elevation) -> np.ndarray:
    """Lambert shading, 0 on flat or lit ground, 1 in full shade."""
    west, south, east, north = elevation.bounds
    height, width = elevation.metres.shape
    middle = math.radians((south + north) / 2)
    cell_y = (north - south) / height * 111_132
    cell_x = (east - west) / width * 111_320 * math.cos(middle)
    down, right = np.gradient(elevation.metres * _EXAGGERATION, cell_y, cell_x)
    slope = np.arctan(np.hypot(right, down))
    aspect = np.arctan2(down, -right)
    azimuth, altitude = math.radians(360 - _LIGHT_AZIMUTH + 90), math.radians(_LIGHT_ALTITUDE)
    light = np.sin(altitude) * np.cos(slope) + np.cos(altitude) * np.sin(slope) * np.cos(azimuth - aspect)
    return np.clip(1 - light / math.sin(altitude), 0, 1)


def _blurred(values: np.ndarray) -> np.ndarray:
    image = Image.fromarray(np.round(values * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(_BLUR_CELLS)), dtype=float) / 255


def _mercator_height(elevation: Elevation, width: int) -> int:
    west, south, east, north = elevation.bounds
    return round(width * (_mercator(north) - _mercator(south)) / math.radians(east - west))


def _mercator_rows(elevation: Elevation, height: int, source_height: int) -> np.ndarray:
    """For each row of the picture, the row of the equirectangular picture that lies there."""
    _, south, _, north = elevation.bounds
    y = _mercator(north) + (np.arange(height) + 0.5) / height * (_mercator(south) - _mercator(north))
    latitude = np.degrees(2 * np.arctan(np.exp(y)) - math.pi / 2)
    return (north - latitude) / (north - south) * source_height - 0.5


def _resampled_rows(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    above = np.clip(np.floor(rows).astype(int), 0, len(values) - 1)
    below = np.clip(above + 1, 0, len(values) - 1)
    part = np.clip(rows - above, 0, 1)[:, np.newaxis]
    return values[above] * (1 - part) + values[below] * part


def _mercator(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
