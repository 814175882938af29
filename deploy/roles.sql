-- The roles and the database of an installation, for a PostgreSQL of your own. Once, as its superuser:
--   psql -v owner_secret=… -v app_secret=… -f roles.sql
-- The owner makes the tables (DATABASE_OWNER_URL); the role that serves pages gets rows, never tables (DATABASE_URL).
\set ON_ERROR_STOP on
CREATE ROLE tonglu LOGIN CREATEDB PASSWORD :'owner_secret';
CREATE ROLE tonglu_app LOGIN PASSWORD :'app_secret';
CREATE DATABASE tonglu OWNER tonglu TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';
\connect tonglu
GRANT USAGE ON SCHEMA public TO tonglu_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tonglu GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tonglu_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tonglu GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO tonglu_app;
