"""The desk: a web page over the folder to work in, for those who write letters without a terminal."""
