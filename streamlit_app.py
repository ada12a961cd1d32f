from designer.ui.app import main

main()
