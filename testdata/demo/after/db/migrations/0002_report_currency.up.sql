-- Totals of a single currency: start over with the right column.
DROP TABLE report_totals;

CREATE TABLE report_totals (
    id          bigserial PRIMARY KEY,
    account_id  bigint NOT NULL,
    month       date NOT NULL,
    amount      numeric(18, 4) NOT NULL,
    currency    char(3) NOT NULL DEFAULT 'CNY',
    created_at  timestamptz NOT NULL DEFAULT now()
);
