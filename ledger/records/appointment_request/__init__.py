"""What a person asks of a facility about appointments: `.facts`, and `.request`, which decides."""
