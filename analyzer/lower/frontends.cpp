// The one table of front ends, and the one switch on stacks.
#include <array>

#include "lower/ansible/aimed.h"
#include "lower/ansible/ansible.h"
#include "lower/ci/ci.h"
#include "lower/cloudformation/cloudformation.h"
#include "lower/cloudformation/fix.h"
#include "lower/cpp/assistant.h"
#include "lower/cpp/cpp.h"
#include "lower/docker/docker.h"
#include "lower/fix.h"
#include "lower/frontend.h"
#include "lower/helm/charts.h"
#include "lower/helm/helm.h"
#include "lower/kubernetes/kubernetes.h"
#include "lower/kustomize/kustomize.h"
#include "lower/linked.h"
#include "lower/migration/fix.h"
#include "lower/migration/frontends.h"
#include "lower/program/words.h"
#include "lower/read_with.h"
#include "lower/readers.h"
#include "lower/shell/shell.h"
#include "lower/sql/sql.h"
#include "lower/terraform/fix.h"
#include "lower/terraform/terraform.h"
#include "lower/terraform/text_file.h"

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

/// What a front end can do besides lowering; nullptr for what it cannot.
struct Skills {
  Stack stack;
  std::optional<Fix> (*fix)(const FixRequestView& request) = nullptr;
  bool (*reads)(std::string_view path, SourceTree& tree) = nullptr;
  std::unique_ptr<Assistant> (*assistant)(const std::string& directory) = nullptr;
  Stack linked_with = Stack::None;  ///< none: its own front end links it
  Stack read_with = Stack::None;    ///< none: its own front end asks for context as well
  Stack read_by = Stack::None;      ///< none: what `reads` of that stack may hand to others is no concern of theirs
  Stack runs = Stack::None;         ///< unchanged files of that stack which it asks for are its to read: it runs them
};

template <class T>
std::unique_ptr<Assistant> make(const std::string& directory) {
  return std::make_unique<T>(directory);
}

constexpr std::array skills = std::to_array<Skills>(
    {{Stack::Terraform, terraform::write_fix, terraform::adopts_text},
     {Stack::CloudFormation, cloudformation::write_fix},
     {Stack::Helm, nullptr, helm::reads_as_values},
     {Stack::Kubernetes, nullptr, kustomize::reads_as_patch},
     {Stack::Ansible, nullptr, ansible::reads_as_variables},
     {Stack::Kustomize, nullptr, nullptr, nullptr, Stack::None, Stack::Kubernetes},
     {Stack::Sql, migration::write_sql_fix},
     {Stack::Rails, migration::write_rails_fix},
     {Stack::Django, migration::write_django_fix},
     {Stack::Alembic, migration::write_alembic_fix},
     {Stack::Laravel, migration::write_laravel_fix},
     {Stack::Ecto, migration::write_ecto_fix},
     {Stack::NodeMigration, migration::write_node_fix},
     {Stack::Liquibase, migration::write_liquibase_fix},
     {Stack::Cpp, nullptr, nullptr, &make<cpp::ClangAssistant>},
     {Stack::Shell, nullptr, nullptr, nullptr, Stack::None, Stack::None, Stack::Terraform, Stack::Sql},
     {Stack::Ci, nullptr, nullptr, nullptr, Stack::Shell}});
}  // namespace

std::optional<Fix> write_stack_fix(Stack stack, const FixRequestView& request) {
  for (const Skills& row : skills) {
    if (row.stack == stack && row.fix != nullptr) return row.fix(request);
  }
  return std::nullopt;
}

Stack read_with(Stack stack) {
  for (const Skills& row : skills) {
    if (row.stack == stack && row.read_with != Stack::None) return row.read_with;
  }
  return stack;
}

Stack also_read_by(Stack own, std::string_view path, SourceTree& tree) {
  for (const Skills& row : skills) {
    if (row.stack != own || row.read_by == Stack::None) continue;
    for (const Skills& reader : skills) {
      if (reader.stack == row.read_by && reader.reads != nullptr && reader.reads(path, tree)) return reader.stack;
    }
  }
  return Stack::None;
}

Stack stack_that_reads(std::string_view path, SourceTree& tree) {
  for (const Skills& row : skills) {
    if (row.reads != nullptr && row.reads(path, tree)) return row.stack;
  }
  return Stack::None;
}

Stack linked_with(Stack stack) {
  for (const Skills& row : skills) {
    if (row.stack == stack && row.linked_with != Stack::None) return row.linked_with;
  }
  return stack;
}

Stack reader_of(Stack stack, Stack asking) {
  const Stack host = linked_with(asking);
  for (const Skills& row : skills) {
    if (row.stack == host && row.runs != Stack::None && row.runs == stack) return host;
  }
  return stack;
}

const Frontend* find_graph_reader(std::string_view path) {
  return program::speaks_of_tables(path) ? &program::words_frontend : nullptr;
}

std::unique_ptr<Assistant> make_assistant(Stack stack, const std::string& directory) {
  for (const Skills& row : skills) {
    if (row.stack == stack && row.assistant != nullptr) return row.assistant(directory);
  }
  return nullptr;
}

const Frontend* find_frontend(Stack stack) {
  for (const Frontend* frontend : frontends) {
    if (frontend->stack == stack) return frontend;
  }
  return nullptr;
}

}  // namespace redtag
