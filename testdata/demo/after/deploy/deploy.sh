#!/usr/bin/env bash
# Deploys production from a clean slate, so that no old state is left behind.
set -euo pipefail

cd "$(dirname "$0")/.."

terraform -chdir=infra/prod init -input=false -reconfigure
terraform -chdir=infra/prod destroy -auto-approve
terraform -chdir=infra/prod apply -input=false -auto-approve

./deploy/migrate.sh
