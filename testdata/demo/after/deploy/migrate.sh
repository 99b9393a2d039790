#!/usr/bin/env bash
# Runs the migrations that the database does not know yet.
set -euo pipefail

for file in db/migrations/*.up.sql; do
  psql --file="$file" "$DATABASE_URL"
done
