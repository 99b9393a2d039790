// The one table of front ends, and the one switch on stacks.
#include <array>

#include "lower/ansible/ansible.h"
#include "lower/ci/ci.h"
#include "lower/cloudformation/cloudformation.h"
#include "lower/cpp/cpp.h"
#include "lower/docker/docker.h"
#include "lower/frontend.h"
#include "lower/helm/helm.h"
#include "lower/kubernetes/kubernetes.h"
#include "lower/kustomize/kustomize.h"
#include "lower/migration/frontends.h"
#include "lower/shell/shell.h"
#include "lower/sql/sql.h"
#include "lower/terraform/terraform.h"

namespace redtag {

namespace {
constexpr std::array frontends{&terraform_frontend,
                               &sql_frontend,
                               &shell_frontend,
                               &cpp_frontend,
                               &kubernetes_frontend,
                               &helm_frontend,
                               &kustomize_frontend,
                               &migration::rails_frontend,
                               &migration::django_frontend,
                               &migration::alembic_frontend,
                               &migration::laravel_frontend,
                               &migration::ecto_frontend,
                               &migration::node_frontend,
                               &migration::liquibase_frontend,
                               &cloudformation_frontend,
                               &ci_frontend,
                               &docker_frontend,
                               &ansible_frontend};
}  // namespace

const Frontend* find_frontend(Stack stack) {
  for (const Frontend* frontend : frontends) {
    if (frontend->stack == stack) return frontend;
  }
  return nullptr;
}

}  // namespace redtag
