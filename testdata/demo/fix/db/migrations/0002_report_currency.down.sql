BEGIN;
ALTER TABLE report_totals DROP COLUMN currency;
COMMIT;
