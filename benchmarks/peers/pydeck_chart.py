"""st.pydeck_chart with GeoJSON layers and without tiles; deck.gl comes with Streamlit."""

import pydeck
import streamlit as st
from common import HEIGHT, base, control, controls, story

day, step = controls()
view = pydeck.ViewState(latitude=step["center"][0], longitude=step["center"][1], zoom=step["zoom"] - 1)
layers = [
    pydeck.Layer(
        "GeoJsonLayer", base(layer), id=layer, filled=False, get_line_color=[119, 119, 119], line_width_min_pixels=1
    )
    for layer in story.BASE_LAYERS
]
shown = control(day)
for feature in shown["features"]:
    color = feature["properties"]["color"]
    feature["properties"]["rgb"] = [int(color[i : i + 2], 16) for i in (1, 3, 5)] + [170]
layers.append(pydeck.Layer("GeoJsonLayer", shown, id="control", get_fill_color="properties.rgb", stroked=False))
st.pydeck_chart(
    pydeck.Deck(map_provider=None, map_style=None, initial_view_state=view, layers=layers), key="deck", height=HEIGHT
)
