CREATE TYPE order_state AS ENUM ('open', 'paid', 'void');
CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL, name varchar(100), note text);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL, state order_state, total numeric(10,2), placed date, memo text,
  CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id));
CREATE TABLE items (id integer PRIMARY KEY, order_id integer, sku varchar(40), qty integer, price numeric(10,2),
  CONSTRAINT items_order_fk FOREIGN KEY (order_id) REFERENCES orders (id));
CREATE TABLE audit (id integer PRIMARY KEY, what text NOT NULL, at timestamp with time zone);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE VIEW open_orders AS SELECT id, customer_id, total FROM orders WHERE state = 'open';
CREATE SEQUENCE tickets;
INSERT INTO customers VALUES (1, 'Ann@Example.org', 'Ann', 'prefers mail'), (2, 'bob@example.org', 'Bob', 'calls back');
INSERT INTO orders VALUES (10, 1, 'open', 12.50, '2024-01-02', 'ring twice'), (11, 2, 'void', 99.99, '2024-01-03', 'leave at door');
INSERT INTO items VALUES (100, 10, 'LONG-SKU-1', 2, 5.25), (101, 11, 'LONG-SKU-2', 1, 99.99);
INSERT INTO audit VALUES (1, 'created', '2024-01-02 10:00:00+00'), (2, 'paid', NULL), (3, 'voided', '2024-01-04 10:00:00+00');
