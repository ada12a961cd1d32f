"""What a good design obeys: one file per rule, found by walking this package. A rule's path is its id."""
