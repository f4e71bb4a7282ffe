"""What the citizen's health pages show beyond what is asked: whose, which rows, which words."""
