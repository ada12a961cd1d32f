"""The app: the only room that knows Streamlit. One file per page in pages/, the whiteboard in canvas/."""
