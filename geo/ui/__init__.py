"""The Streamlit pages: nothing outside this package imports Streamlit."""
