#!/usr/bin/env bash
# Deploys production: backup, migrations, then the plan that a reviewer has read.
set -euo pipefail

cd "$(dirname "$0")/.."
plan=${1:?usage: deploy.sh PLAN_FILE}

pg_dump --format=custom --file="backup-$(date +%Y%m%d).dump" "$DATABASE_URL"
aws s3 cp "backup-$(date +%Y%m%d).dump" s3://cost-reports-backups/

./deploy/migrate.sh

terraform -chdir=infra/prod init -input=false
terraform -chdir=infra/prod apply -input=false "$plan"
