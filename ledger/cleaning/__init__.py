"""Two persons who may be one: what is compared, what is found, how sure that is. Pure."""
