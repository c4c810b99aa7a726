"""streamlit-folium as its page on dynamic maps recommends: a constant map, and what changes as a feature group."""

from common import HEIGHT, WIDTH, base_map, control_group, controls, steps
from streamlit_folium import st_folium

day, step = controls()
st_folium(
    base_map(steps()[0]["center"], steps()[0]["zoom"]),
    key="map",
    width=WIDTH,
    height=HEIGHT,
    returned_objects=[],
    center=step["center"],
    zoom=step["zoom"],
    feature_group_to_add=control_group(day),
)
