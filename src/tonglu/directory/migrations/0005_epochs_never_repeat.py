"""Draw epochs at random, so that a database restored under running processes, whose sequence starts again, is not met with old caches."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

NEVER_REPEATED = """
CREATE OR REPLACE FUNCTION directory_epoch_bump(cache_name text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO directory_epoch (name, number)
    VALUES (cache_name, ('x' || substr(replace(gen_random_uuid()::text, '-', ''), 17, 15))::bit(60)::bigint)
    ON CONFLICT (name) DO UPDATE SET number = EXCLUDED.number
$$;
"""

COUNTED = """
CREATE OR REPLACE FUNCTION directory_epoch_bump(cache_name text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO directory_epoch (name, number) VALUES (cache_name, nextval('directory_epoch_seq'))
    ON CONFLICT (name) DO UPDATE SET number = nextval('directory_epoch_seq');
$$;
"""


class Migration(migrations.Migration):
    """Numbers drawn at random in place of a sequence."""

    dependencies: ClassVar = [("directory", "0004_names")]
    operations: ClassVar = [migrations.RunSQL(NEVER_REPEATED, COUNTED)]
