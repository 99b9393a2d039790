#include "lower/migration/rails_revert.h"

#include <algorithm>

#include "lower/migration/effects.h"

namespace redtag::migration {

namespace {

constexpr std::size_t most = 64;  // reverted by one file

std::string_view folder_of(std::string_view path) { return path.substr(0, path.rfind('/') + 1); }

/// `_create_orders.rb` for a step that reverts CreateOrders; empty for any other step.
std::string ending_of(const Operation& operation) {
  if (operation.action != "run-code" || !operation.target.text.starts_with(reverts)) return {};
  return '_' + snake_case(std::string_view(operation.target.text).substr(reverts.size())) + ".rb";
}

/// What stands against a step of the reverted migration; nothing for one that makes nothing.
bool turn_round(Operation& operation) {
  if (operation.action == "create-table") {
    operation.action = "drop-table";
  } else if (operation.action == "add-column") {
    operation.action = "drop-column";
  } else {
    return false;
  }
  operation.verb = Verb::Destroy;
  operation.arguments.clear();
  return true;
}

void revert(Model& model, const Operation& step, const LoweredFile& reverted) {
  std::vector<Operation> dropped;
  for (const Operation& made : reverted.model.operations) {
    if (!made.procedure.valid() || made.harmless_target || dropped.size() >= most) continue;
    if (reverted.model.procedures[made.procedure.value].direction != Direction::Up) continue;
    Operation drop = made;
    if (!turn_round(drop)) continue;
    drop.region = step.region;
    drop.procedure = step.procedure;
    drop.position = step.position;
    drop.text = step.text;
    drop.subject = step.subject;
    drop.certainty = std::max(made.certainty, Certainty::Likely);
    dropped.push_back(std::move(drop));
  }
  std::move(dropped.begin(), dropped.end(), std::back_inserter(model.operations));
}

}  // namespace

std::vector<Path> wants_reverted(std::span<const LoweredFile> files, SourceTree& tree) {
  std::vector<Path> wanted;
  for (const LoweredFile& file : files) {
    if (file.context) continue;
    const std::string_view folder = folder_of(file.path);
    for (const Operation& operation : file.model.operations) {
      const std::string ending = ending_of(operation);
      if (ending.empty() || folder.empty() || wanted.size() >= most) continue;
      for (const TreeEntry& entry : tree.list(folder.substr(0, folder.size() - 1))) {
        const std::string path = std::string(folder) + entry.name;
        const bool known =
            std::any_of(files.begin(), files.end(), [&](const LoweredFile& have) { return have.path == path; });
        if (!entry.directory && !known && entry.name.ends_with(ending)) wanted.push_back(path);
      }
    }
  }
  return wanted;
}

void link_reverted(std::span<LoweredFile> files) {
  for (LoweredFile& file : files) {
    if (file.context) continue;
    for (std::size_t i = 0, count = file.model.operations.size(); i < count; ++i) {
      const Operation step = file.model.operations[i];
      const std::string ending = ending_of(step);
      if (ending.empty()) continue;
      for (const LoweredFile& other : files) {
        const bool named = other.path.ends_with(ending) && folder_of(other.path) == folder_of(file.path);
        if (named && &other != &file) revert(file.model, step, other);
      }
    }
  }
}

}  // namespace redtag::migration
