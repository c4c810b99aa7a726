"""The story map's app: ``streamlit run app.py`` shows this folder's story, ``… -- DIR`` another.

Streamlit finds ``app`` below. Beside Streamlit's own addresses it answers those of the map
document and of the story's other parts, which every reader gets alike and keeps.
"""

import streamlit as st
from starlette.middleware import Middleware

from geo.ui.headers import SafetyHeaders
from geo.ui.routes import routes

app = st.App("geo/ui/pages.py", routes=routes(), middleware=[Middleware(SafetyHeaders)])
