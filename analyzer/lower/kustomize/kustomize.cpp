#include "lower/kustomize/kustomize.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/kubernetes/object.h"
#include "lower/kustomize/deletion.h"
#include "lower/kustomize/paths.h"

namespace redtag {

namespace kustomize {

namespace {

using document::Member;
using document::Node;
using document::NodeType;
using kubernetes::Documents;
using kubernetes::NodePlace;
using kubernetes::ReadDocument;

constexpr std::array including_keys = std::to_array<std::string_view>({"resources", "bases", "components"});

/// Lists that name files of the overlay: their order and their coming say nothing by themselves.
constexpr std::array file_lists = std::to_array<std::string_view>(
    {"patches", "patchesStrategicMerge", "patchesJson6902", "transformers", "configurations", "crds", "openapi"});

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Reader {
 public:
  Reader(const SourceFileView& file, const NodePlace& place, const LoweringView& view, Model& model)
      : file_(file), place_(place), view_(view), model_(model), directory_(directory_of(file.path)) {}

  void read(const Node& root) {
    Resource kustomization = start("kustomization", directory_.empty() ? "." : directory_);
    kustomization.identity = "kustomization|" + directory_;  // one of a file: it follows the file
    kustomization.region = place_.region(root.bytes);
    kustomization.header = root.members.empty() ? kustomization.region : place_.region(root.members.front().key_bytes);
    for (const Member& member : root.members) {
      if (is_one_of(member.key, including_keys)) {
        read_entries(member.value);
      } else if (is_one_of(member.key, file_lists)) {
        read_patches(member.value);
      } else if (member.key != "apiVersion" && member.key != "kind") {
        kubernetes::add_entries(kustomization.attributes, member, place_, {}, {});
      }
    }
    model_.resources.push_back(std::move(kustomization));
  }

 private:
  [[nodiscard]] Resource start(std::string_view type, std::string name) const {
    Resource resource;
    resource.stack = Stack::Kustomize;
    resource.type = type;
    resource.name = std::move(name);
    resource.scope = directory_;
    resource.address = (directory_.empty() ? "" : directory_ + ":") + resource.type + "/" + resource.name;
    return resource;
  }

  void read_entries(const Node& list) {
    for (const Node& item : list.items) {
      if (item.type != NodeType::String || item.text.empty()) continue;
      const std::optional<std::string> path = resolved(directory_, item.text);
      Resource entry = start(entry_type, path ? *path : without_version(item.text));
      entry.address = (directory_.empty() ? "" : directory_ + ":") + entry.name;
      entry.region = entry.header = place_.region(item.bytes);
      if (path) entry.references.push_back({"file:" + *path, "resources", entry.region});
      model_.resources.push_back(std::move(entry));
    }
  }

  void read_patches(const Node& list) {
    for (const Node& item : list.items) {
      const Node* inline_patch = item.type == NodeType::Mapping ? item.find("patch") : &item;
      if (inline_patch == nullptr || inline_patch->type != NodeType::String) continue;
      if (inline_patch->text.find("$patch: delete") != std::string::npos) read_deletion(*inline_patch, item);
    }
  }

  void read_deletion(const Node& patch, const Node& item) {
    Documents inner = kubernetes::read_documents(patch.text, kubernetes::Templating::Never);
    for (const ReadDocument& document : inner.all) {
      if (!is_deletion(document.root)) continue;
      add_deletion(document.root, file_, place_.region(patch.bytes), place_.region(item.bytes), view_.facts, model_);
    }
  }

  const SourceFileView& file_;
  const NodePlace& place_;
  const LoweringView& view_;
  Model& model_;
  std::string directory_;
};

Model lower(const SourceFileView& file, const LoweringView& view) {
  Model model;
  Documents documents = kubernetes::read_documents(file.text, kubernetes::Templating::Never, file.twin);
  for (const kubernetes::Unread& unread : documents.unread) {
    const Region region{file.file, file.side, {file.offset + unread.bytes.begin, file.offset + unread.bytes.end}};
    model.gaps.push_back({region, Stack::Kustomize, unread.reason});
  }
  for (ReadDocument& document : documents.all) {
    const NodePlace place{file.file, file.side, file.offset, document.offset, nullptr};
    kubernetes::note_repeats(kubernetes::settle_repeats(document.root, kubernetes::RepeatsMean::Mistake), file, place,
                             model);
    if (document.root.type == NodeType::Mapping) Reader(file, place, view, model).read(document.root);
  }
  return model;
}

void link(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  resolve_entries(files, tree, facts);
}

}  // namespace

}  // namespace kustomize

const Frontend kustomize_frontend{Stack::Kustomize, kustomize::lower, nullptr, kustomize::link};

}  // namespace redtag
