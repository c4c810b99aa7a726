"""streamlit-folium as its first example has it: the map is made anew on each change."""

from common import HEIGHT, WIDTH, base_map, control_group, controls
from streamlit_folium import st_folium

day, step = controls()
m = base_map(step["center"], step["zoom"])
control_group(day).add_to(m)
st_folium(m, width=WIDTH, height=HEIGHT, returned_objects=[])
