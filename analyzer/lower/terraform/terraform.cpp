#include "lower/terraform/terraform.h"

#include <optional>
#include <string>
#include <utility>

#include "lower/terraform/declare.h"
#include "lower/terraform/json_config.h"
#include "lower/terraform/kinds.h"
#include "lower/terraform/link.h"
#include "lower/terraform/lock_file.h"
#include "lower/terraform/recover.h"
#include "lower/terraform/state_file.h"
#include "lower/terraform/state_settings.h"
#include "lower/terraform/terragrunt.h"
#include "lower/terraform/text_file.h"

namespace redtag {

namespace terraform {

namespace {

void note_gap(const SourceView& source, ByteRange bytes, std::string reason, Model& model) {
  model.gaps.push_back({source.region(bytes), Stack::Terraform, std::move(reason)});
}

/// Lines of a file that is neither configuration nor a unit: settings of a back end, or else variables.
void declare_lines(std::vector<Entry> lines, const SourceView& source, const LoweringView& view, Declarer& declarer,
                   Model& model) {
  if (declare_state_settings(source.file, view.facts, lines, model)) return;
  for (Entry& line : lines) declarer.declare(std::move(line));
}

/// `old`: the file is a unit of an old Terragrunt, see old_unit(), and its only block says so.
void declare_all(const syntax::Tree& tree, const SourceView& source, bool old, const LoweringView& view,
                 Declarer& declarer, Model& model) {
  BlockReader reader(source, model.gaps);
  const bool terragrunt = is_terragrunt(source.file.path), settings = is_state_settings(source.file.path);
  std::vector<Block> blocks;
  std::vector<Entry> attributes;
  syntax::Cursor at(tree.root());
  if (!at.to_first_child()) return;
  do {
    if (at.node().kind() == kinds().object) {  // a file in JSON
      Value map = reader.read_value(at);
      if (source.file.path.ends_with(".tfvars.json")) {
        for (Entry& entry : map.entries) declarer.declare(std::move(entry));
      } else {
        declare_json(std::move(map), declarer);
      }
    }
    if (at.node().kind() != kinds().body || !at.to_first_child()) continue;
    do {
      if (!declarer.has_room()) {
        note_gap(source, at.node().bytes(), "more declarations than the limit for one file", model);
        break;
      }
      std::vector<PlacedScript> none;
      const bool block = at.node().kind() == kinds().block;
      if (!block && at.node().kind() != kinds().attribute) continue;
      if (old && block)
        declare_old_unit(reader.read_block(at, 0), declarer);
      else if (settings && !block)
        attributes.push_back(reader.read_attribute(at, 0, none));
      else if (terragrunt && block)
        blocks.push_back(reader.read_block(at, 0));
      else if (terragrunt)
        attributes.push_back(reader.read_attribute(at, 0, none));
      else if (block)
        declarer.declare(reader.read_block(at, 0));
      else
        declarer.declare(reader.read_attribute(at, 0, none));
    } while (at.to_next_sibling());
    at.to_parent();
  } while (at.to_next_sibling());
  if (terragrunt) declare_terragrunt(std::move(blocks), std::move(attributes), declarer);
  if (settings) declare_lines(std::move(attributes), source, view, declarer, model);
}

Model lower(const SourceFileView& given, const LoweringView& view) {
  if (is_state_file(given.path)) return lower_state_file(given);
  if (is_text_file(given.path)) return lower_text_file(given);
  SourceFileView file = given;
  std::string mended;
  const std::optional<std::size_t> old = old_unit(file.path, file.text);
  if (old) {
    mended = file.text;
    mended[*old] = ' ';
    file.text = mended;
    file.twin = nullptr;
  }
  Model model;
  const SourceView source{file, file.text, file.offset};
  Declarer declarer(file, view, model);
  if (file.partial) {
    recover(file, declarer, model);
    return model;
  }
  const Expected<syntax::Tree> tree = syntax::Tree::parse(syntax::Grammar::Hcl, file.text, file.twin);
  if (!tree) {
    note_gap(source, {0, static_cast<std::uint32_t>(file.text.size())}, tree.error().message, model);
  } else if (tree->root().has_error()) {
    recover(file, declarer, model);
  } else {
    declare_all(*tree, source, old.has_value(), view, declarer, model);
  }
  if (is_lock_file(file.path)) declare_lock_file(file, model);
  return model;
}

}  // namespace

}  // namespace terraform

const Frontend terraform_frontend{Stack::Terraform, terraform::lower, terraform::wanted_files, terraform::link};

}  // namespace redtag
