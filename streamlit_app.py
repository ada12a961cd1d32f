"""What `streamlit run` starts; the app itself is in designer/ui."""

from designer.ui.app import main

main()
