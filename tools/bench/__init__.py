"""What `make bench` runs: a big company made by COPY, and the time everything takes in it beside the bare SQL."""
