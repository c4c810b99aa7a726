"""The floor: the least a native Streamlit slider costs, with one line of text that follows it."""

import streamlit as st

value = st.slider("Day", 0, 100, 50, key="day")
st.markdown(f'<p id="seen" data-value="{value}">{value}</p>', unsafe_allow_html=True)
