"""Old registers on screen: choose a file, say what its columns are, look, load, take back."""
