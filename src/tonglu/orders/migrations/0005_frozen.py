"""A signed contract does not change: the database refuses it through every door.

Free are its way through the states, how and when it ended, its keeper, and the account and contact, which a merge of customers
moves. What is kept at signing may be written once. Parts, payment plan and credits stand as soon as the contract is signed.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION orders_contract_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'version', 'updated_at', 'owner_id', 'department_id', 'custom', 'external_id',
                         'ended_on', 'end_reason', 'account_id', 'contact_id', 'search'];
    once text[] := ARRAY['terms_at_signing', 'fingerprint', 'plan_versions'];
    changed text;
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A signed contract is never deleted.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'draft' THEN
        RAISE EXCEPTION 'A signed contract never becomes a draft.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.fingerprint = '' THEN
        free := free || once;
    END IF;
    SELECT min(after.key) INTO changed
      FROM jsonb_each(to_jsonb(NEW) - free) AS after
      JOIN jsonb_each(to_jsonb(OLD) - free) AS before USING (key)
     WHERE after.value IS DISTINCT FROM before.value;
    IF changed IS NOT NULL THEN
        RAISE EXCEPTION 'A signed contract does not change (%).', changed USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER orders_contract_stays BEFORE UPDATE OR DELETE ON orders_contract
    FOR EACH ROW EXECUTE FUNCTION orders_contract_stays();

CREATE FUNCTION orders_contract_part_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record := COALESCE(NEW, OLD);
BEGIN
    IF EXISTS (SELECT 1 FROM orders_contract WHERE id = part.contract_id AND state <> 'draft') THEN
        RAISE EXCEPTION 'The parts of a signed contract do not change.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN part;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_stays BEFORE INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION orders_contract_part_stays();
"""
    for table in ("orders_contractline", "orders_paymentinstalment", "orders_contractcredit")
)

BACKWARD = """
DROP TRIGGER orders_contract_stays ON orders_contract;
DROP TRIGGER orders_contractline_stays ON orders_contractline;
DROP TRIGGER orders_paymentinstalment_stays ON orders_paymentinstalment;
DROP TRIGGER orders_contractcredit_stays ON orders_contractcredit;
DROP FUNCTION orders_contract_stays();
DROP FUNCTION orders_contract_part_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_amended")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
