#include "lower/terraform/terraform.h"

#include <utility>

#include "lower/terraform/declare.h"
#include "lower/terraform/kinds.h"
#include "lower/terraform/link.h"
#include "lower/terraform/recover.h"

namespace redtag {

namespace terraform {

namespace {

void note_gap(const SourceView& source, ByteRange bytes, std::string reason, Model& model) {
  model.gaps.push_back({source.region(bytes), Stack::Terraform, std::move(reason)});
}

void declare_all(const syntax::Tree& tree, const SourceView& source, Declarer& declarer, Model& model) {
  BlockReader reader(source, model.gaps);
  syntax::Cursor at(tree.root());
  if (!at.to_first_child()) return;
  do {
    if (at.node().kind() == kinds().object) {  // a variable file in JSON
      Value map = reader.read_value(at);
      for (Entry& entry : map.entries) declarer.declare(std::move(entry));
    }
    if (at.node().kind() != kinds().body || !at.to_first_child()) continue;
    do {
      if (!declarer.has_room()) {
        note_gap(source, at.node().bytes(), "more declarations than the limit for one file", model);
        break;
      }
      if (at.node().kind() == kinds().block) {
        declarer.declare(reader.read_block(at, 0));
      } else if (at.node().kind() == kinds().attribute) {
        std::vector<PlacedScript> none;
        declarer.declare(reader.read_attribute(at, 0, none));
      }
    } while (at.to_next_sibling());
    at.to_parent();
  } while (at.to_next_sibling());
}

Model lower(const SourceFileView& file, const LoweringView& view) {
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
    declare_all(*tree, source, declarer, model);
  }
  return model;
}

}  // namespace

}  // namespace terraform

const Frontend terraform_frontend{Stack::Terraform, terraform::lower, terraform::wanted_files, terraform::link};

}  // namespace redtag
