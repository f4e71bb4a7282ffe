"""What a certificate is: its kinds, its life, its token, its status. Pure."""
