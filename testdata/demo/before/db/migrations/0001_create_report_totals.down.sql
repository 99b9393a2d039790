BEGIN;
DROP TABLE report_totals;
COMMIT;
