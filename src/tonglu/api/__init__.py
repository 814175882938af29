"""The shell of the REST API: routers, authentication, problem answers."""
