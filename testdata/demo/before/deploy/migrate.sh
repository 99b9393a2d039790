#!/usr/bin/env bash
# Runs the migrations that the database does not know yet, each in its own transaction.
set -euo pipefail

for file in db/migrations/*.up.sql; do
  psql --set ON_ERROR_STOP=1 --single-transaction --file="$file" "$DATABASE_URL"
done
