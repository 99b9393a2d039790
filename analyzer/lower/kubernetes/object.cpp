#include "lower/kubernetes/object.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <set>
#include <string>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "lower/kubernetes/access.h"
#include "lower/kubernetes/admitted.h"
#include "lower/kubernetes/excess.h"
#include "lower/kubernetes/generated.h"
#include "lower/kubernetes/mounts.h"
#include "lower/kubernetes/openshift.h"
#include "lower/kubernetes/references.h"
#include "lower/kubernetes/release.h"
#include "lower/kubernetes/scripts.h"

namespace redtag::kubernetes {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

/// Directories whose children are clusters, overlays or environments.
constexpr std::array deciding_directories = std::to_array<std::string_view>(
    {"overlays", "overlay", "clusters", "cluster", "envs", "env", "environments", "environment", "variants", "stages"});

/// Parts of the metadata that name an object or that the platform fills in: identity, not state.
constexpr std::array naming_metadata =
    std::to_array<std::string_view>({"name", "namespace", "generateName", "creationTimestamp", "uid", "resourceVersion",
                                     "generation", "selfLink", "managedFields"});

/// Groups whose version charts choose by what the cluster offers.
constexpr std::array home_groups = std::to_array<std::string_view>(
    {"apps", "batch", "networking.k8s.io", "policy", "autoscaling", "rbac.authorization.k8s.io", "storage.k8s.io",
     "cert-manager.io", "monitoring.coreos.com", "gateway.networking.k8s.io", "apiextensions.k8s.io",
     "admissionregistration.k8s.io", "scheduling.k8s.io", "autoscaling.k8s.io", "apiregistration.k8s.io"});

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void mark_sensitive(Value& value) {
  value.sensitive = true;
  for (Value& item : value.items) mark_sensitive(item);
  for (Entry& entry : value.entries) mark_sensitive(entry.value);
}

class ObjectReader {
 public:
  ObjectReader(const Node& root, const SourceFileView& file, const NodePlace& place, const ObjectScope& scope,
               const LoweringView& view, Model& model)
      : root_(root), file_(file), place_(place), scope_(scope), view_(view), model_(model) {}

  void read(ByteRange whole) {
    Resource object;
    object.stack = Stack::Kubernetes;
    object.type = type_of(text_of(root_.find("apiVersion"), place_), text_of(root_.find("kind"), place_), view_.facts);
    name(object);
    object.region = place_.region(whole);
    object.header = header();
    read_attributes(object);
    note_excess(object.attributes);
    note_mounts(object);
    note_engine(object, view_.facts);
    note_generated(object, root_, place_);
    if (object.type == "Secret") hide_data(object);
    refine_access(object, view_.facts);
    note_admitted(object);
    settle_release(object, namespace_of(object));
    const std::string chart = chart_of(object);
    note_machinery(object, chart, view_.facts);
    add_references(object);
    // A chart of this tree, from its top.
    const std::optional<std::string> kept = chart.starts_with("./") ? path_below({}, chart) : std::nullopt;
    if (kept) object.references.push_back({"file:" + *kept, "chart", object.header});
    const std::size_t first = model_.operations.size();
    lower_scripts(root_, object, file_, place_, view_, model_);
    note_copies(object, first);
    note_deletions(object, first);
    model_.resources.push_back(std::move(object));
  }

 private:
  /// What makes copies by the clock, by what it runs: `backs-up`.
  void note_copies(Resource& object, std::size_t first) const {
    if (object.type != "batch/CronJob") return;
    for (std::size_t i = first; i < model_.operations.size(); ++i) {
      if (model_.operations[i].verb != Verb::Back) continue;
      object.attributes.push_back({"backs-up", known_bool(true, object.header), object.header});
      return;
    }
  }

  /// What its containers delete or overwrite, they do on the volumes that it mounts: `empties`.
  void note_deletions(Resource& object, std::size_t first) const {
    for (std::size_t i = first; i < model_.operations.size(); ++i) {
      const Operation& operation = model_.operations[i];
      const bool harms = operation.verb == Verb::Destroy || operation.verb == Verb::Delete ||
                         operation.verb == Verb::Empty || operation.verb == Verb::Overwrite;
      if (!harms || operation.harmless_target) continue;
      object.attributes.push_back({"empties", known_bool(true, object.header), object.header});
      return;
    }
  }

  void name(Resource& object) const {
    const Node* metadata = root_.find("metadata");
    const auto said = [&](std::string_view key) {
      return metadata == nullptr ? std::string() : text_of(metadata->find(key), place_);
    };
    object.name = said("name");
    if (object.name.empty()) object.name = said("generateName") + "*";
    // Without a namespace, and with one that the template is given, an object goes where its release does.
    std::string space = said("namespace");
    if (space.find("{{") != std::string::npos) space.clear();
    const std::string known_as = object.type + "/" + (space.empty() ? std::string() : space + "/") + object.name;
    object.scope = scope_.scope;
    object.address = (scope_.scope.empty() ? std::string() : scope_.scope + ":") + known_as;
    // A name that a template makes says nothing outside of its chart.
    const bool named = object.name != "*" && known_as.find("{{") == std::string::npos;
    if (named) object.identity = scope_.overlay + "|" + known_as;
  }

  /// What names the object: its kind's line.
  [[nodiscard]] Region header() const {
    for (const Member& member : root_.members) {
      if (member.key == "kind") return place_.region({member.key_bytes.begin, member.value.bytes.end});
    }
    return place_.region(root_.bytes);
  }

  void read_attributes(Resource& object) {
    const IsWhole whole = wholes_of("kubernetes", object.type, view_.facts);
    for (const Member& member : root_.members) {
      if (member.key == "apiVersion" || member.key == "kind" || member.key == "status" || member.key == "sops")
        continue;
      if (member.key == "spec" && is_release(object.type)) {
        Member spelled = member;
        spell_values(object.type, spelled.value, file_, place_);
        add_entries(object.attributes, spelled, place_, {}, whole);
        continue;
      }
      if (member.key != "metadata" || member.value.type != NodeType::Mapping) {
        add_entries(object.attributes, member, place_, {}, whole);
        continue;
      }
      Member rest = member;
      std::erase_if(rest.value.members, [](const Member& part) { return is_one_of(part.key, naming_metadata); });
      if (!rest.value.members.empty()) add_entries(object.attributes, rest, place_, {}, whole);
    }
  }

  static void hide_data(Resource& object) {
    for (Entry& entry : object.attributes) {
      if (entry.key == "data" || entry.key == "stringData") mark_sensitive(entry.value);
    }
  }

  const Node& root_;
  const SourceFileView& file_;
  const NodePlace& place_;
  const ObjectScope& scope_;
  const LoweringView& view_;
  Model& model_;
};

}  // namespace

IsWhole wholes_of(std::string_view stack, std::string_view type, const FactTables& facts) {
  std::vector<std::string> paths, tails;
  for (const std::string_view name : {type, std::string_view("*")}) {
    for (const FactRowView& row : facts.rows(stack, name)) {
      if (row.condition != "as a whole") continue;
      const bool anywhere = row.path.starts_with("*.");
      (anywhere ? tails : paths).emplace_back(anywhere ? row.path.substr(2) : row.path);
    }
  }
  std::sort(paths.begin(), paths.end());
  return [paths = std::move(paths), tails = std::move(tails)](std::string_view path) {
    if (std::binary_search(paths.begin(), paths.end(), path, std::less<>())) return true;
    return std::any_of(tails.begin(), tails.end(), [path](const std::string& tail) {
      return path == tail || (path.ends_with(tail) && path[path.size() - tail.size() - 1] == '.');
    });
  };
}

ObjectScope scope_of(std::string_view path) {
  ObjectScope found;
  const std::size_t slash = path.rfind('/');
  std::string_view directory = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  // A chart's templates belong to the chart, however they are sorted into directories.
  const std::string_view marked = "/templates";
  const std::size_t templates = directory.rfind(marked);
  if (templates != std::string_view::npos &&
      (templates + marked.size() == directory.size() || directory[templates + marked.size()] == '/')) {
    directory = directory.substr(0, templates);
  }
  found.scope = directory;
  const std::vector<std::string_view> parts = split(directory, '/');
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (!is_one_of(lower_ascii(parts[i]), deciding_directories)) continue;
    for (std::size_t j = i + 1; j < parts.size() && j < i + 2; ++j)
      found.overlay += (found.overlay.empty() ? "" : "/") + std::string(parts[j]);
  }
  return found;
}

std::string type_of(std::string_view api_version, std::string_view kind, const FactTables& facts) {
  const std::size_t slash = api_version.find('/');
  const bool hidden = api_version.find("{{") != std::string_view::npos;
  const std::string_view group =
      slash == std::string_view::npos || hidden ? std::string_view() : api_version.substr(0, slash);
  std::string type = group.empty() ? std::string(kind) : std::string(group) + "/" + std::string(kind);
  for (const FactRowView& row : facts.rows("kubernetes", type, "alias")) return std::string(row.value);
  // A template that asks the cluster for the version means the group that the kind is at home in.
  for (std::size_t i = 0; hidden && i < home_groups.size(); ++i) {
    std::string at_home = std::string(home_groups[i]) + "/" + std::string(kind);
    const std::vector<FactRowView> rows = facts.rows("kubernetes", at_home, "type");
    if (!rows.empty() && rows.front().type == at_home) return at_home;
  }
  return type;
}

bool is_object(const Node& root) {
  const Node* version = root.find("apiVersion");
  const Node* kind = root.find("kind");
  return version != nullptr && version->scalar() && kind != nullptr && kind->scalar() && !kind->text.empty();
}

void lower_objects(const ReadDocument& document, const SourceFileView& file, const NodePlace& place,
                   const ObjectScope& scope, const LoweringView& view, Model& model) {
  std::deque<Node> filled;  // objects of templates, which stay where they are
  std::set<const Node*> from_template;
  std::vector<const Node*> waiting{&document.root};
  while (!waiting.empty()) {
    const Node& root = *waiting.back();
    waiting.pop_back();
    if (!is_object(root)) continue;
    if (model.resources.size() >= limits::entities_per_file) {
      model.gaps.push_back({place.region(root.bytes), Stack::Kubernetes, "more objects than the limit for one file"});
      return;
    }
    const bool of_template = !filled.empty() && from_template.contains(&root);  // a template holds no other one
    if (Node objects = of_template ? Node() : template_objects(root); objects.type == NodeType::Sequence) {
      const std::size_t first = filled.size();
      for (Node& object : objects.items) filled.push_back(std::move(object));
      for (std::size_t i = filled.size(); i > first; --i) {
        waiting.push_back(&filled[i - 1]);
        from_template.insert(&filled[i - 1]);
      }
      continue;
    }
    const Node* items = root.find("items");
    if (items != nullptr && items->type == NodeType::Sequence && root.find("kind")->text.ends_with("List")) {
      for (auto item = items->items.rbegin(); item != items->items.rend(); ++item) waiting.push_back(&*item);
      continue;
    }
    ObjectReader(root, file, place, scope, view, model).read(root.bytes);
  }
}

void note_machinery(Resource& release, std::string_view chart, const FactTables& facts) {
  chart = chart.substr(chart.rfind('/') + 1);
  if (chart.empty()) return;
  for (const FactRowView& row : facts.rows("kubernetes", "chart")) {
    if (!glob_match(row.path, chart)) continue;
    release.attributes.push_back({"installs", known_string(std::string(row.value), release.header), release.header});
    return;
  }
}

void note_repeats(const std::vector<RepeatedKey>& repeats, const SourceFileView& file, const NodePlace& place,
                  Model& model) {
  for (const RepeatedKey& repeat : repeats) {
    Resource key;
    key.stack = Stack::Kubernetes;
    key.type = "repeated key";
    key.name = repeat.path;
    key.scope = file.path;
    key.address = std::string(file.path) + ":" + repeat.path;
    key.identity = "repeated|" + repeat.path;  // one that was there follows its file
    key.region = key.header = place.region(repeat.bytes);
    model.resources.push_back(std::move(key));
  }
}

}  // namespace redtag::kubernetes
