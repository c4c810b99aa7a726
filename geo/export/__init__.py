"""What leaves the app: single files, pictures, decks and sites, all drawn from the same story and state.

Each kind of export is a module of its own; matplotlib and python-pptx are loaded only when one of theirs is asked for.
"""
