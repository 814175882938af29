"""The test kit: a database of its own, a worker, a mail server and a browser that fails a test on any console error."""
