"""Settings, URL root and WSGI entry of an installation."""
