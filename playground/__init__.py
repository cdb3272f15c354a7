"""The shell: what the pages share and what Streamlit must know."""
