"""The storm over real books: seven stations, everything that befalls them, and what must hold afterwards."""
