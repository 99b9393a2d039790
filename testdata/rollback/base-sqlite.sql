CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT, note TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, state TEXT, total NUMERIC, memo TEXT);
CREATE TABLE audit (id INTEGER PRIMARY KEY, what TEXT NOT NULL, at TEXT);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE VIEW open_orders AS SELECT id, total FROM orders WHERE state = 'open';
INSERT INTO customers VALUES (1, 'Ann@Example.org', 'Ann', 'prefers mail'), (2, 'bob@example.org', 'Bob', 'calls back');
INSERT INTO orders VALUES (10, 1, 'open', 12.5, 'ring twice'), (11, 2, 'void', 99.99, 'leave at door');
INSERT INTO audit VALUES (1, 'created', '2024-01-02'), (2, 'paid', NULL), (3, 'voided', '2024-01-04');
