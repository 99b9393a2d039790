#include "stack/stack.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "stack/commands.h"
#include "stack/content.h"
#include "stack/database.h"
#include "stack/manifest.h"
#include "stack/migration.h"
#include "stack/program.h"

namespace redtag {

namespace {

struct NameRule {
  std::string_view ending;
  Stack stack;
};

// By name alone; what is not here is decided by content.
constexpr std::array name_rules = std::to_array<NameRule>({
    {".tf", Stack::Terraform},
    {".tofu", Stack::Terraform},
    {".tf.json", Stack::Terraform},
    {".tofu.json", Stack::Terraform},
    {".tfvars.json", Stack::Terraform},
    {"terragrunt.hcl", Stack::Terraform},
    {".terraform.lock.hcl", Stack::Terraform},
    {"terragrunt.stack.hcl", Stack::Terraform},
    {".tfvars", Stack::Terraform},
    {".tfbackend", Stack::Terraform},
    {".tfstate", Stack::Terraform},
    {".tfstate.backup", Stack::Terraform},
    {".sql", Stack::Sql},
    {".ddl", Stack::Sql},
    {".psql", Stack::Sql},
    {".pgsql", Stack::Sql},
    {".cql", Stack::Sql},
    {".hql", Stack::Sql},
    {".sql.j2", Stack::Sql},
    {".sql.jinja", Stack::Sql},
    {".sql.jinja2", Stack::Sql},
    {".sql.tmpl", Stack::Sql},
    {".sql.tpl", Stack::Sql},
    {".c", Stack::Cpp},
    {".cc", Stack::Cpp},
    {".cpp", Stack::Cpp},
    {".cxx", Stack::Cpp},
    {".c++", Stack::Cpp},
    {".h", Stack::Cpp},
    {".hh", Stack::Cpp},
    {".hpp", Stack::Cpp},
    {".hxx", Stack::Cpp},
    {".ipp", Stack::Cpp},
    {".inl", Stack::Cpp},
});

}  // namespace

Stack detect_stack(std::string_view path, std::string_view text) {
  const auto slash = path.rfind('/');
  const std::string name = lower_ascii(slash == std::string_view::npos ? path : path.substr(slash + 1));
  if (name == ".redtag.yaml" || path.starts_with(".redtag/")) return Stack::Redtag;
  // Editors' copies, and templates whose marks are not read, carry the ending in the middle (`x.sql.erb`): not read as this stack.
  for (const NameRule& rule : name_rules) {
    if (name.ends_with(rule.ending)) return rule.stack;
  }
  if (command_file(path, text) != CommandFile::None) return Stack::Shell;
  const PlaceView place = place_of(path);
  if (is_pipeline(place, text)) return Stack::Ci;
  if (is_state_settings(place, text)) return Stack::Terraform;
  if (is_cloudformation(place, text)) return Stack::CloudFormation;
  if (is_container(place, text)) return Stack::Docker;
  if (is_ansible(place, text)) return Stack::Ansible;
  if (database_settings(path, text) != DatabaseSettings::None) return Stack::Sql;
  if (const Stack migration = detect_migration(path, text); migration != Stack::None) return migration;
  if (may_lose_data(path, text)) return Stack::Sql;
  return manifest_stack(path, name, text);
}

Stack stack_of(const FileChange& file, Side side) {
  const Image& image = file.image(side);
  if (!file.path(side)) return Stack::None;
  return detect_stack(*file.path(side), image.readable() ? std::string_view(image.text) : std::string_view());
}

}  // namespace redtag
