"""Creates the search functions: one normal form, its grams as a tsvector, and the query for a word.

The bodies name only functions of pg_catalog, so that a dump restores with an empty search_path; that is why the normal form is
repeated in each instead of being called. They run before any table with a search column is made.
"""

from django.db import migrations

STRIPPED = (
    r"[\u0001-\u0009\u000b-/:-@\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u1680\u180e"
    r"\u2000-\u206f\u20a0-\u20cf\u2190-\u21ff\u2500-\u25ff\u3000-\u3004\u3008-\u3020\u3030\u30fb\ufe00-\ufe0f\ufeff]+"
)


def normal_form(text):
    """The SQL that takes case, width, punctuation and spaces out of a text."""
    return f"regexp_replace(lower(normalize({text}, NFKC)), '{STRIPPED}', '', 'g')"


CREATE = f"""
CREATE FUNCTION tonglu_normal(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $body$
    SELECT {normal_form("$1")}
$body$;

CREATE FUNCTION tonglu_grams(content text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $body$
DECLARE
    plain text := {normal_form("left(content, 20000)")};
BEGIN
    RETURN (regexp_replace(plain, '...', '\\& ', 'g') || ' '
        || regexp_replace(substr(plain, 2), '...', '\\& ', 'g') || ' '
        || regexp_replace(substr(plain, 3), '...', '\\& ', 'g'))::tsvector;
END
$body$;

CREATE FUNCTION tonglu_query(word text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $body$
DECLARE
    plain text := left({normal_form("left(word, 200)")}, 60);
BEGIN
    plain := replace(plain, chr(10), '');
    IF length(plain) < 3 THEN
        RETURN CASE plain WHEN '' THEN '' ELSE plain || ':*' END::tsquery;
    END IF;
    RETURN (SELECT string_agg(substr(plain, place, 3), ' & ')::tsquery
            FROM generate_series(1, length(plain) - 2) place);
END
$body$;
"""

DROP = """
DROP FUNCTION tonglu_query(text);
DROP FUNCTION tonglu_grams(text);
DROP FUNCTION tonglu_normal(text);
"""


class Migration(migrations.Migration):
    dependencies = [("toolkit", "0001_initial")]
    run_before = [("directory", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
