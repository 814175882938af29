"""The trigger functions that write entries, keep them append-only, and seal them into the chain."""

from django.db import migrations

# The functions that write run as their owner, so that the application's role needs no right to write the trail itself.
RECORD = """
CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    raw text := current_setting('tonglu.context', true);
    c jsonb := CASE WHEN coalesce(raw, '') = '' THEN '{}'::jsonb ELSE raw::jsonb END;
    skip text[] := ARRAY['version', 'updated_at', 'search'];
    parent_kind text := coalesce(TG_ARGV[1], '');
    parent_column text := coalesce(TG_ARGV[2], '');
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO audit_entry (at, actor_id, actor_name, door, request_id, changeset_id, verb, reason,
                                 kind, row_id, parent_kind, parent_id, act, changes)
        SELECT clock_timestamp(), (c->>'actor')::bigint, coalesce(c->>'name', session_user), coalesce(c->>'door', 'sql'),
               coalesce(c->>'request', ''), (c->>'changeset')::bigint, coalesce(c->>'verb', ''), coalesce(c->>'reason', ''),
               TG_ARGV[0], (d.n->>'id')::bigint, parent_kind, (d.n->>parent_column)::bigint, 'U', d.diff
        FROM (
            SELECT b.n, (
                SELECT jsonb_object_agg(k.key, jsonb_build_array(b.o->k.key, k.value))
                FROM jsonb_each(b.n) k
                WHERE k.value IS DISTINCT FROM b.o->k.key AND k.key <> ALL (skip)
            ) AS diff
            FROM (
                SELECT to_jsonb(n) AS n, to_jsonb(o) AS o
                FROM audit_new n JOIN audit_old o ON o.id = n.id
            ) b
        ) d
        WHERE d.diff IS NOT NULL;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO audit_entry (at, actor_id, actor_name, door, request_id, changeset_id, verb, reason,
                                 kind, row_id, parent_kind, parent_id, act, changes)
        SELECT clock_timestamp(), (c->>'actor')::bigint, coalesce(c->>'name', session_user), coalesce(c->>'door', 'sql'),
               coalesce(c->>'request', ''), (c->>'changeset')::bigint, coalesce(c->>'verb', ''), coalesce(c->>'reason', ''),
               TG_ARGV[0], (d.n->>'id')::bigint, parent_kind, (d.n->>parent_column)::bigint, 'I',
               jsonb_strip_nulls(d.n) - skip
        FROM (SELECT to_jsonb(n) AS n FROM audit_new n) d;
    ELSE
        INSERT INTO audit_entry (at, actor_id, actor_name, door, request_id, changeset_id, verb, reason,
                                 kind, row_id, parent_kind, parent_id, act, changes)
        SELECT clock_timestamp(), (c->>'actor')::bigint, coalesce(c->>'name', session_user), coalesce(c->>'door', 'sql'),
               coalesce(c->>'request', ''), (c->>'changeset')::bigint, coalesce(c->>'verb', ''), coalesce(c->>'reason', ''),
               TG_ARGV[0], (d.n->>'id')::bigint, parent_kind, (d.n->>parent_column)::bigint, 'D',
               jsonb_strip_nulls(d.n) - ARRAY['search']
        FROM (SELECT to_jsonb(o) AS n FROM audit_old o) d;
    END IF;
    RETURN NULL;
END $$;
"""

APPEND_ONLY = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND OLD.hash IS NULL
       AND to_jsonb(OLD) - 'seq' - 'hash' = to_jsonb(NEW) - 'seq' - 'hash' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit entries are never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE OR REPLACE FUNCTION audit_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('tonglu.wipe', true) = 'on' THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'audit entries are never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
"""

# The text that is hashed names every column, so that no value of an entry can change unseen.
CHAIN = """
CREATE OR REPLACE FUNCTION audit_link(previous bytea, e audit_entry) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(previous || convert_to(
        jsonb_build_array(e.id, extract(epoch FROM e.at), e.actor_id, e.actor_name, e.door, e.request_id, e.changeset_id, e.verb,
                          e.reason, e.kind, e.row_id, e.parent_kind, e.parent_id, e.act, e.changes, e.seq)::text, 'UTF8'))
$$;
CREATE OR REPLACE FUNCTION audit_seal(most integer) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    head audit_head;
    entry audit_entry;
    done integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit_seal'));
    SELECT * INTO head FROM audit_head WHERE id = 1;
    IF NOT FOUND THEN
        INSERT INTO audit_head (id, seq, hash, at) VALUES (1, 0, ''::bytea, now()) RETURNING * INTO head;
    END IF;
    FOR entry IN SELECT * FROM audit_entry WHERE seq IS NULL ORDER BY id LIMIT most LOOP
        head.seq := head.seq + 1;
        entry.seq := head.seq;
        head.hash := audit_link(head.hash, entry);
        UPDATE audit_entry SET seq = head.seq, hash = head.hash WHERE id = entry.id;
        done := done + 1;
    END LOOP;
    UPDATE audit_head SET seq = head.seq, hash = head.hash, at = now() WHERE id = 1;
    RETURN done;
END $$;
CREATE OR REPLACE FUNCTION audit_broken() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    previous bytea := ''::bytea;
    expected bigint := 0;
    entry audit_entry;
    head audit_head;
BEGIN
    FOR entry IN SELECT * FROM audit_entry WHERE seq IS NOT NULL ORDER BY seq LOOP
        expected := expected + 1;
        IF entry.seq <> expected OR entry.hash IS DISTINCT FROM audit_link(previous, entry) THEN
            RETURN expected;
        END IF;
        previous := entry.hash;
    END LOOP;
    SELECT * INTO head FROM audit_head WHERE id = 1;
    IF FOUND AND (head.seq <> expected OR head.hash IS DISTINCT FROM previous) THEN
        RETURN expected + 1;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(RECORD, "DROP FUNCTION audit_record()"),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER audit_entry_append_only ON audit_entry;"
            "DROP TRIGGER audit_entry_no_truncate ON audit_entry;"
            "DROP FUNCTION audit_refuse(); DROP FUNCTION audit_refuse_truncate()",
        ),
        migrations.RunSQL(
            CHAIN,
            "DROP FUNCTION audit_broken(); DROP FUNCTION audit_seal(integer);"
            "DROP FUNCTION audit_link(bytea, audit_entry)",
        ),
    ]
