// Any bytes are a migration of any framework, whole or as a window, and every region of what comes out lies in them. The first byte
// picks the framework.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lower/migration/frontends.h"
#include "lower/sql/sql.h"

namespace {

struct Kind {
  const redtag::Frontend* frontend;
  std::string_view path;
};

void check(const redtag::Model& model, std::size_t size) {
  for (const redtag::Resource& resource : model.resources) {
    if (resource.region.bytes.begin > resource.region.bytes.end || resource.region.bytes.end > size) std::abort();
    for (const redtag::Entry& entry : resource.attributes) {
      if (entry.region.bytes.begin > entry.region.bytes.end || entry.region.bytes.end > size) std::abort();
    }
  }
  for (const redtag::Operation& operation : model.operations) {
    if (operation.region.bytes.begin > operation.region.bytes.end || operation.region.bytes.end > size) std::abort();
    if (operation.procedure.valid() && operation.procedure.value >= model.procedures.size()) std::abort();
  }
  for (const redtag::Procedure& procedure : model.procedures) {
    if (procedure.region.bytes.end > size) std::abort();
  }
  for (const redtag::Safeguard& safeguard : model.safeguards) {
    if (safeguard.region.bytes.end > size) std::abort();
  }
  for (const redtag::Gap& gap : model.gaps) {
    if (gap.region.bytes.begin > gap.region.bytes.end || gap.region.bytes.end > size) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  static const FactTables facts;
  static const std::array kinds = std::to_array<Kind>({
      {&migration::rails_frontend, "db/migrate/1_x.rb"},
      {&migration::django_frontend, "app/migrations/0001_x.py"},
      {&migration::alembic_frontend, "alembic/versions/1_x.py"},
      {&migration::laravel_frontend, "database/migrations/1_x.php"},
      {&migration::ecto_frontend, "priv/repo/migrations/1_x.exs"},
      {&migration::node_frontend, "migrations/1_x.js"},
      {&migration::node_frontend, "migrations/1_x.ts"},
      {&migration::liquibase_frontend, "changelog.xml"},
      {&migration::liquibase_frontend, "changelog.yaml"},
      {&sql_frontend, "Migrations/20240502090000_X.cs"},
      {&sql_frontend, "config/database.yml"},
      {&sql_frontend, "knexfile.js"},
      {&sql_frontend, "flyway.toml"},
      {&sql_frontend, "application.yml"},
      {&sql_frontend, "migrations/5_x.toml"},
      {&sql_frontend, "migrations/5_x.json"},
  });
  if (size == 0) return 0;
  const Kind& kind = kinds[data[0] % kinds.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const bool partial : {false, true}) {
    const SourceFileView file{FileId{0}, Side::After, kind.path, text, 0, partial};
    check(kind.frontend->lower(file, LoweringView{facts, 0}), text.size());
  }
  return 0;
}
