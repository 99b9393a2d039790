#include "lower/kustomize/kustomize.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "lower/kubernetes/object.h"
#include "lower/kustomize/deletion.h"
#include "lower/kustomize/generators.h"
#include "lower/kustomize/paths.h"
#include "lower/yaml_source.h"

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
    // What includes this directory, or applies it, means what stands here.
    kustomization.references.push_back({"file:" + directory_, "", kustomization.header});
    for (const Member& member : root.members) {
      if (is_one_of(member.key, including_keys)) {
        read_entries(member.value);
      } else if (is_one_of(member.key, file_lists)) {
        read_patches(member.value);
      } else if (const std::string_view kind = generated_kind(member.key); !kind.empty()) {
        add_generated(kind, member.value, file_, place_, view_, model_);
      } else if (read_selector_labels(member, kustomization)) {
        continue;
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

  /// Labels that end up in selectors, in either spelling: `selectors.labels`.
  bool read_selector_labels(const Member& member, Resource& kustomization) {
    if (member.key == "commonLabels") {
      add_selector_labels(member.value, member, kustomization);
      return true;
    }
    if (member.key != "labels") return false;
    for (const Node& item : member.value.items) {
      const Node* pairs = item.find("pairs");
      const Node* selecting = item.find("includeSelectors");
      if (pairs != nullptr && selecting != nullptr && selecting->text == "true")
        add_selector_labels(*pairs, member, kustomization);
    }
    return true;
  }

  void add_selector_labels(const Node& pairs, const Member& at, Resource& kustomization) {
    for (const Member& pair : pairs.members) {
      Member labels = at, selectors = at;
      labels.key = "labels";
      labels.value = pairs;
      labels.value.members = {pair};
      selectors.key = "selectors";
      selectors.value.type = NodeType::Mapping;
      selectors.value.items.clear();
      selectors.value.members = {std::move(labels)};
      kubernetes::add_entries(kustomization.attributes, selectors, place_, {}, {});
    }
  }

  void read_entries(const Node& list) {
    for (const Node& item : list.items) {
      if (item.type != NodeType::String || item.text.empty()) continue;
      const std::optional<std::string> path = resolved(directory_, item.text);
      Resource entry = start(entry_type, path ? *path : without_version(item.text));
      entry.address = (directory_.empty() ? "" : directory_ + ":") + entry.name;
      entry.region = entry.header = place_.region(item.bytes);
      if (path) entry.references.push_back({"file:" + *path, "resources", entry.region});
      // What stands below is applied without a kustomization too, by whoever applies the directory.
      const bool below = path && (directory_.empty() || path->starts_with(std::string(directory_) + "/"));
      if (below) entry.attributes.push_back({"below", known_bool(true, entry.header), entry.header});
      model_.resources.push_back(std::move(entry));
    }
  }

  /// Each patch by what it is laid over and where it stands: effective.cpp lays it.
  void read_patches(const Node& list) {
    for (const Node& item : list.items) {
      const bool mapping = item.type == NodeType::Mapping;
      const Node* text = mapping ? item.find("patch") : &item;
      const Node* path = mapping ? item.find("path") : nullptr;
      if (text != nullptr && text->type != NodeType::String) continue;
      // A strategic merge patch of one line is the name of a file.
      if (text == &item && text->text.find('\n') == std::string::npos) path = std::exchange(text, nullptr);
      Resource patch = start(patch_type, std::to_string(++patches_));
      patch.declares = Declares::Setting;
      patch.region = patch.header = place_.region(item.bytes);
      for (const Member& member : item.members) {
        if (member.key == "target") kubernetes::add_entries(patch.attributes, member, place_, {}, {});
      }
      const std::optional<std::string> file = path == nullptr ? std::nullopt : resolved(directory_, path->text);
      if (file) patch.references.push_back({"file:" + *file, "patches", place_.region(path->bytes)});
      model_.resources.push_back(std::move(patch));
      if (text != nullptr) read_inline(*text, item);
    }
  }

  /// What stands in the kustomization itself, as it would in a file of its own.
  void read_inline(const Node& text, const Node& item) {
    Node placed = text;
    placed.bytes.begin += place_.offset;
    placed.bytes.end += place_.offset;
    PlacedText inner;
    inner.add(file_, placed);
    Model model = embed(Stack::Kubernetes, file_, inner.text, inner.bytes(), inner.map, Certainty::Exact, view_);
    for (Resource& object : model.resources) {
      object.scope = directory_;
      object.address = (directory_.empty() ? "" : directory_ + ":") + "patch/" + object.type + "/" + object.name;
      object.identity.clear();
      object.attributes.push_back({"patch", known_string("true", object.header), object.header});
    }
    std::erase_if(model.operations, [](const Operation& each) { return each.stack == Stack::Kustomize; });
    std::erase_if(model.procedures, [](const Procedure& each) { return each.stack == Stack::Kustomize; });
    append(model_, std::move(model));
    if (text.text.find("$patch: delete") != std::string::npos) read_deletion(text, item);
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
  std::size_t patches_ = 0;
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

}  // namespace

}  // namespace kustomize

const Frontend kustomize_frontend{Stack::Kustomize, kustomize::lower, nullptr, nullptr};

}  // namespace redtag
