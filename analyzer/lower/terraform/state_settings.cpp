#include "lower/terraform/state_settings.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "lower/terraform/references.h"
#include "lower/terraform/terragrunt.h"

namespace redtag::terraform {

namespace {

/// One of the lines says which state: it is told apart from a variable file by what the back ends know.
bool says_where(const std::vector<Entry>& lines, const FactTables& facts) {
  const std::vector<FactRowView> rows = facts.rows("terraform", "backend", "replaces");
  return std::any_of(lines.begin(), lines.end(), [&](const Entry& line) {
    return std::any_of(rows.begin(), rows.end(), [&](const FactRowView& row) { return row.path == line.key; });
  });
}

}  // namespace

bool is_state_settings(std::string_view path) {
  const std::string lowered = lower_ascii(path);
  if (lowered.ends_with(".tfbackend")) return true;
  const auto slash = lowered.rfind('/');
  const std::string_view name = std::string_view(lowered).substr(slash == std::string::npos ? 0 : slash + 1);
  if (name.starts_with("backend")) {
    for (const std::string_view ending : {".tfvars", ".conf", ".config"}) {
      if (name.ends_with(ending)) return true;
    }
  }
  if (!lowered.ends_with(".hcl") || is_terragrunt(path)) return false;
  const auto above = slash == std::string::npos || slash == 0 ? std::string::npos : lowered.rfind('/', slash - 1);
  return lowered.find("backend", above == std::string::npos ? 0 : above + 1) != std::string::npos;
}

bool declare_state_settings(const SourceFileView& file, const FactTables& facts, std::vector<Entry>& lines,
                            Model& model) {
  if (file.partial || !says_where(lines, facts)) return false;
  const std::string name(file.path.substr(file.path.rfind('/') + 1));
  Resource settings;
  settings.stack = Stack::Terraform;
  settings.declares = Declares::Backend;
  settings.type = "backend";
  settings.name = name;
  settings.address = "terraform.backend@" + name;
  settings.region = {file.file, file.side, {file.offset, file.offset + static_cast<std::uint32_t>(file.text.size())}};
  settings.header = lines.front().region;
  settings.header.bytes.end = std::min<std::uint32_t>(
      settings.header.bytes.end, settings.header.bytes.begin + static_cast<std::uint32_t>(lines.front().key.size()));
  settings.references = references_in(lines);
  settings.attributes = std::move(lines);
  model.resources.push_back(std::move(settings));
  return true;
}

}  // namespace redtag::terraform
