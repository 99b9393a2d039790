BEGIN;

CREATE TABLE report_totals (
    id          bigserial PRIMARY KEY,
    account_id  bigint NOT NULL,
    month       date NOT NULL,
    amount      numeric(18, 4) NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX report_totals_account ON report_totals (account_id, month);

COMMIT;
