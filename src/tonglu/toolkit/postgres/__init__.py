"""The PostgreSQL server that comes with the product, for every machine that has none.

The binaries lie in a wheel, the *cluster* (one server's data) in the data folder; clients reach it through a local socket
only, and the operating system says who they are, so that there is no password to leak. Two roles exist besides the
superuser: the *owner* holds the tables and runs migrations, the *application* may only read and write rows.
"""

from .cluster import APPLICATION, OWNER, SUPERUSER, Cluster, ServerFailed

__all__ = ["APPLICATION", "OWNER", "SUPERUSER", "Cluster", "ServerFailed"]
