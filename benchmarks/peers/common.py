"""What the contestants on Streamlit share: data kept in caches, a slider of days and one of steps, a folium map."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import folium
import streamlit as st

from benchmarks import story

st.set_page_config(layout="wide")

WIDTH, HEIGHT = story.MAP_SIZE


@st.cache_data
def control(day: str) -> dict:
    return story.control_geojson(day)


@st.cache_data
def base(layer: str) -> dict:
    return story.base_geojson(layer)


@st.cache_data
def steps() -> list[dict]:
    return list(story.steps())


def controls() -> tuple[str, dict]:
    """A list of steps beside a slider of days, which a step sets."""
    titles = [f"{number}. {step['title']}" for number, step in enumerate(steps(), start=1)]

    def enter() -> None:
        st.session_state.day = steps()[titles.index(st.session_state.step)]["stop"]

    st.session_state.setdefault("day", steps()[0]["stop"])
    with st.sidebar:
        title = st.radio("Step", titles, key="step", on_change=enter)
    day = st.select_slider("Day", story.change_days(), key="day")
    return day, steps()[titles.index(title)]


def unit_style(feature: dict) -> dict:
    color = feature["properties"]["color"]
    return {"color": color, "weight": 1, "fillColor": color, "fillOpacity": 0.66, "className": "unit"}


def control_group(day: str) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name="control")
    folium.GeoJson(control(day), style_function=unit_style, name="control").add_to(group)
    return group


def base_map(center: list[float], zoom: int) -> folium.Map:
    """The layers that never change, in styles that are dictionaries of numbers and colours."""
    m = folium.Map(location=center, zoom_start=zoom, tiles=None)
    for layer in story.BASE_LAYERS:
        folium.GeoJson(base(layer), style_function=lambda _: {"color": "#777777", "weight": 1, "fill": False}).add_to(m)
    return m
