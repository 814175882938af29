"""A web process, a worker and the primary die while people and programs write: what is lost, doubled, and how long it takes.

    python -m tools.failover [--seconds 20] [--planted] [--json FILE]

On one machine, each part in processes of its own: two PostgreSQL servers under Patroni with a synchronous replica, etcd, HAProxy in
front of the database and of the web processes, PgBouncer in transaction mode, two web servers, two workers. Each part dies by SIGKILL.
What stands in the way of showing it on real machines is named in docs/reliability.md: here nothing cuts the network.

With `--planted` the replica is asynchronous and stands still before the primary dies; the drill must find lost writes then.
"""
