"""A certificate made visible: its QR code drawn, its page set and signed."""
