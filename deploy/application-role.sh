#!/bin/sh
# Run once by the database's image: the role that serves pages gets rows, never tables.
set -e
psql -v ON_ERROR_STOP=1 -v secret="$APP_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE tonglu_app LOGIN PASSWORD :'secret';
GRANT USAGE ON SCHEMA public TO tonglu_app;
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tonglu_app;
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO tonglu_app;
SQL
