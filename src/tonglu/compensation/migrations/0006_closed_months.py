"""What the database refuses about closed months: skipping a step, changing what was approved, booking into a month that is not open."""

from django.db import migrations

WIPE = "IF current_setting('tonglu.wipe', true) = 'on' THEN RETURN COALESCE(NEW, OLD); END IF;"

PERIOD = f"""
CREATE FUNCTION pay_period_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE steps text[] := ARRAY['open>calculated', 'calculated>in_review', 'calculated>approved', 'calculated>open',
    'in_review>approved', 'in_review>open', 'approved>locked', 'approved>open', 'locked>paid'];
    paying text[] := ARRAY['state', 'paid_at', 'total_paid', 'version', 'updated_at'];
BEGIN
    {WIPE}
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'open' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'period % is %: it is not deleted', OLD.first_day, OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND NOT OLD.state || '>' || NEW.state = ANY (steps) THEN
        RAISE EXCEPTION 'period % cannot go from % to %', OLD.first_day, OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'paid' OR OLD.state = 'locked' AND to_jsonb(OLD) - paying <> to_jsonb(NEW) - paying THEN
        RAISE EXCEPTION 'period % is %: it does not change', OLD.first_day, OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pay_period_keep BEFORE UPDATE OR DELETE ON compensation_payperiod
    FOR EACH ROW EXECUTE FUNCTION pay_period_keep();
CREATE FUNCTION pay_state_of(bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    SELECT state INTO found FROM compensation_payperiod WHERE id = $1 FOR SHARE;
    RETURN found;
END $$;
"""

STATEMENT = f"""
CREATE FUNCTION pay_statement_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['state', 'acknowledged_at', 'version', 'updated_at'];
    of_period text := pay_state_of(COALESCE(OLD.period_id, NEW.period_id));
BEGIN
    {WIPE}
    IF of_period NOT IN ('approved', 'locked', 'paid') THEN RETURN COALESCE(NEW, OLD); END IF;
    IF of_period = 'locked' THEN free := free || 'paid'::text; END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - free = to_jsonb(NEW) - free THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'the period is %: its statements do not change', of_period USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER pay_statement_keep BEFORE INSERT OR UPDATE OR DELETE ON compensation_statement
    FOR EACH ROW EXECUTE FUNCTION pay_statement_keep();
CREATE FUNCTION pay_payment_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of_period text := pay_state_of(COALESCE(OLD.period_id, NEW.period_id));
BEGIN
    {WIPE}
    IF of_period NOT IN ('approved', 'locked', 'paid') THEN RETURN COALESCE(NEW, OLD); END IF;
    RAISE EXCEPTION 'the period is %: its payments do not change', of_period USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER pay_payment_keep BEFORE INSERT OR UPDATE OR DELETE ON compensation_planpayment
    FOR EACH ROW EXECUTE FUNCTION pay_payment_keep();
CREATE TRIGGER pay_append_only BEFORE UPDATE OR DELETE ON compensation_periodevent
    FOR EACH ROW EXECUTE FUNCTION pay_refuse();
"""

ENTRY = """
CREATE FUNCTION pay_entry_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_period text := pay_state_of(NEW.period_id);
    by_rule boolean := NEW.earning_id IS NULL AND NEW.kind IN ('held_back', 'let_go', 'drawn', 'draw_recovered',
        'forgiven', 'guaranteed', 'carried', 'forfeited', 'recovered');
    wanted text := CASE WHEN NEW.kind = 'paid' THEN 'locked' WHEN by_rule THEN 'approved' ELSE 'open' END;
BEGIN
    IF of_period <> wanted THEN
        RAISE EXCEPTION 'the period is %: a movement % is not booked into it', of_period, NEW.kind USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.kind = 'corrected' AND NOT EXISTS (
        SELECT 1 FROM compensation_correction c WHERE c.id = NEW.correction_id AND c.owner_id = NEW.owner_id AND c.amount = NEW.amount
            AND c.state IN ('acknowledged', 'upheld') AND c.notice_until <= NEW.day) THEN
        RAISE EXCEPTION 'correction % is not ready to be booked', NEW.correction_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pay_entry_place BEFORE INSERT ON compensation_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION pay_entry_place();
"""

CORRECTION = f"""
CREATE FUNCTION pay_correction_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    body text[] := ARRAY['owner_id', 'cause', 'earning_id', 'dispute_id', 'amount', 'reason', 'notice_days', 'workings'];
BEGIN
    {WIPE}
    IF TG_OP = 'DELETE' OR OLD.state IN ('booked', 'withdrawn') THEN
        RAISE EXCEPTION 'a correction that is % does not change', OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.first_approver_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM unnest(body) AS name WHERE to_jsonb(OLD) -> name IS DISTINCT FROM to_jsonb(NEW) -> name) THEN
        RAISE EXCEPTION 'a correction that somebody has approved is not edited' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pay_correction_keep BEFORE UPDATE OR DELETE ON compensation_correction
    FOR EACH ROW EXECUTE FUNCTION pay_correction_keep();
"""

UNDO = """
DROP TRIGGER pay_period_keep ON compensation_payperiod;
DROP TRIGGER pay_statement_keep ON compensation_statement;
DROP TRIGGER pay_payment_keep ON compensation_planpayment;
DROP TRIGGER pay_append_only ON compensation_periodevent;
DROP TRIGGER pay_entry_place ON compensation_ledgerentry;
DROP TRIGGER pay_correction_keep ON compensation_correction;
DROP FUNCTION pay_period_keep(), pay_statement_keep(), pay_payment_keep(), pay_entry_place(), pay_correction_keep();
DROP FUNCTION pay_state_of(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("compensation", "0005_closing")]
    operations = [migrations.RunSQL(PERIOD + STATEMENT + ENTRY + CORRECTION, UNDO)]
