"""Files that hold other files: what is in them, unpacked within bounds, one ordinary file after the other."""
