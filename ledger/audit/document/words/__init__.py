"""What finding codes and classes of check mean, one file a class."""
