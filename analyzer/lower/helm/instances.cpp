#include "lower/helm/instances.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "document/document.h"
#include "lower/helm/charts.h"
#include "lower/helm/helm.h"
#include "lower/helm/render.h"
#include "lower/kubernetes/kubernetes.h"

namespace redtag::helm {

namespace {

constexpr std::size_t most_templates = 60;         // of one chart and file of values
constexpr std::size_t most_text = 128 * 1024;      // bytes of one of them
constexpr std::size_t most_printed = 1024 * 1024;  // bytes for one side
constexpr std::size_t most_values = 512 * 1024;    // bytes of a file of values
constexpr std::size_t most_deeds = 40;             // operations of one template

/// What the settings of a chart are asked about by themselves.
constexpr std::array workloads = std::to_array<std::string_view>(
    {"apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet", "batch/Job", "batch/CronJob", "Pod"});

/// A file of values, read.
struct Values {
  const LoweredFile* file = nullptr;
  document::Node root;
};

std::optional<Values> read_values(const LoweredFile& file, SourceTree& tree) {
  const std::optional<std::string> text = tree.read(file.path);
  if (!text || text->size() > most_values) return std::nullopt;
  Expected<std::vector<document::Node>> read = document::parse_yaml_stream(*text, file.path, document::Repeats::Kept);
  if (!read || read->size() != 1 || read->front().type != document::NodeType::Mapping) return std::nullopt;
  return Values{&file, std::move(read->front())};
}

/// Does the template ask before it prints the object that stands there? Such a one comes and goes as `rendered with …`.
bool is_conditional(const LoweredFile& from, const Region& header) {
  return std::any_of(from.model.resources.begin(), from.model.resources.end(), [&](const Resource& object) {
    const bool same = object.header.bytes.begin == header.bytes.begin;
    return same && std::any_of(object.attributes.begin(), object.attributes.end(), [](const Entry& entry) {
             return entry.key == kubernetes::condition_attribute && entry.value.shape == Shape::List;
           });
  });
}

/// Moves what was read from a printed text to where it was written.
class Mover {
 public:
  Mover(const Printed& printed, const LoweredFile& from, const std::vector<const Values*>& layers)
      : printed_(printed), from_(from), layers_(layers) {}

  void move(Resource& object) const {
    const Segment* inside = printed_.at(object.header.bytes.begin);
    const std::uint32_t element = inside == nullptr ? 0 : inside->element;
    for (Entry& entry : object.attributes) move(entry);
    for (Reference& reference : object.references) reference.region = moved(reference.region);
    object.region = object.header = element == 0 ? moved(object.header) : placed(printed_.elements[element - 1]);
  }

  /// Where the value stands that what was printed there hangs on: printed in it, or asked for in front of it. nullopt for none.
  [[nodiscard]] std::optional<Region> decided_at(const Region& region) const {
    const Segment* segment = region.valid() ? printed_.at(region.bytes.begin) : nullptr;
    if (segment == nullptr) return std::nullopt;
    const Segment* const end = printed_.segments.data() + printed_.segments.size();
    for (const Segment* at = segment; at != end && at->begin < region.bytes.end; ++at) {
      if (at->layer != 0) return placed({at->layer, at->source});
    }
    if (segment->decider == 0) return std::nullopt;
    return placed(printed_.deciders[segment->decider - 1]);
  }

  [[nodiscard]] bool in_loop(const Resource& object) const {
    const Segment* inside = printed_.at(object.header.bytes.begin);
    return inside != nullptr && inside->element != 0;
  }

 private:
  void move(Entry& first) const {
    std::vector<Entry*> entries{&first};
    std::vector<Value*> values;
    while (!entries.empty() || !values.empty()) {
      if (!entries.empty()) {
        Entry& entry = *entries.back();
        entries.pop_back();
        entry.region = moved(entry.region);
        values.push_back(&entry.value);
        continue;
      }
      Value& value = *values.back();
      values.pop_back();
      value.region = moved(value.region);
      for (Value& item : value.items) values.push_back(&item);
      for (Entry& entry : value.entries) entries.push_back(&entry);
    }
  }

  [[nodiscard]] Region placed(const Place& place) const {
    const LoweredFile& file = place.layer == 0 ? from_ : *layers_[place.layer - 1]->file;
    return {file.file, file.side, place.bytes};
  }

  /// The first value that was printed within the region; else the template's own bytes.
  [[nodiscard]] Region moved(const Region& region) const {
    if (!region.valid()) return region;
    const Segment* segment = printed_.at(region.bytes.begin);
    if (segment == nullptr) return placed({0, {}});
    const Segment* const end = printed_.segments.data() + printed_.segments.size();
    for (const Segment* at = segment; at != end && at->begin < region.bytes.end; ++at) {
      if (at->layer != 0) return placed({at->layer, at->source});
    }
    const std::uint32_t inner = segment->verbatim ? region.bytes.begin - segment->begin : 0;
    const std::uint32_t begin = std::min(segment->source.begin + inner, segment->source.end);
    const std::uint32_t last = std::min(begin + static_cast<std::uint32_t>(region.bytes.size()), segment->source.end);
    return placed({0, {begin, last}});
  }

  const Printed& printed_;
  const LoweredFile& from_;
  const std::vector<const Values*>& layers_;
};

class Instances {
 public:
  Instances(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts)
      : files_(files), tree_(tree), facts_(facts) {}

  void add() {
    Charts charts(tree_);
    for (LoweredFile& file : files_) {
      if (file.context || file.partial || !holds_values(file)) continue;
      const std::optional<std::string> chart = charts.of_values(file.path);
      if (chart) add_with(file, *chart, chart == chart_of(file.path) ? Of::Chart : Of::Environment);
    }
  }

 private:
  enum class Of : std::uint8_t { Chart, Environment };

  /// A map that a workload mounts which a value switches on.
  struct Mount {
    std::string target;
    Region place;
    bool by_clock = false;
  };

  void add_with(LoweredFile& file, const std::string& chart, Of of) {
    std::optional<Values> first = read_values(file, tree_), second;
    if (!first) return;
    std::vector<const Values*> layers{&*first};
    const std::string beside = chart.empty() ? "values.yaml" : chart + "/values.yaml";
    for (const LoweredFile& other : files_) {
      if (of == Of::Environment && other.path == beside) second = read_values(other, tree_);
    }
    if (second) layers.push_back(&*second);
    std::vector<const document::Node*> roots;
    for (const Values* each : layers) roots.push_back(&each->root);
    std::vector<Resource> made;
    std::size_t taken = 0;
    for (const LoweredFile& from : files_) {
      if (!from.context || role_of(from.path) != FileRole::Template || chart_of(from.path) != chart) continue;
      if (++taken > most_templates) return;
      const std::optional<std::string> text = tree_.read(from.path);
      if (!text || text->size() > most_text) continue;
      if (of == Of::Chart && text->find("range") == std::string::npos && !carries_commands(*text)) continue;
      if (!print(*text, from, roots, layers, of, made)) return;
    }
    for (Model& each : deeds_) append(file.model, std::move(each));
    deeds_.clear();
    add_mounted(file);
    // Two files of one environment each are two releases.
    for (Resource& object : made) {
      if (of == Of::Environment) {
        const std::string old = object.scope;
        object.scope = (old.empty() ? "" : old + " ") + "with " + file.path;
        object.address = object.scope + ":" + object.address.substr(old.empty() ? 0 : old.size() + 1);
        if (!object.identity.empty()) object.identity = object.address;  // its name is taken in this release alone
      }
      file.model.resources.push_back(std::move(object));
    }
  }

  /// False where a limit is met: then nothing may be concluded from what is not there.
  bool print(const std::string& text, const LoweredFile& from, std::span<const document::Node* const> roots,
             const std::vector<const Values*>& layers, Of of, std::vector<Resource>& made) {
    const Printed printed = print_template(text, roots);
    printed_ += printed.text.size();
    if (!printed.complete || printed_ > most_printed) return false;
    SourceFileView view;
    view.file = from.file;
    view.side = from.side;
    view.path = from.path;
    view.text = printed.text;
    Model model = kubernetes::lower_manifests(view, LoweringView{facts_}, kubernetes::Templating::Always);
    if (!model.gaps.empty()) return true;
    const Mover mover(printed, from, layers);
    add_deeds(model, mover, *layers.front()->file);
    for (Resource& object : model.resources) {
      if (object.stack != Stack::Kubernetes || object.type == "repeated key") continue;
      const bool looped = mover.in_loop(object);
      if (of == Of::Chart && !looped) continue;
      const bool workload = std::find(workloads.begin(), workloads.end(), object.type) != workloads.end();
      if (of == Of::Environment && workload) continue;
      std::erase_if(object.attributes, [](const Entry& entry) {
        const bool condition = entry.key == kubernetes::condition_attribute && entry.value.shape == Shape::List;
        return condition || entry.key == kubernetes::keep_condition_attribute;
      });
      mover.move(object);
      if (!looped && is_conditional(from, object.header)) continue;
      made.push_back(std::move(object));
    }
    return true;
  }

  static bool carries_commands(std::string_view text) {
    return text.find("command:") != std::string_view::npos || text.find("args:") != std::string_view::npos ||
           text.find(".sh:") != std::string_view::npos;
  }

  /// What the printed objects run and destroy by it, at the values that say so: a job that a value switches on, a target that it names.
  void add_deeds(const Model& model, const Mover& mover, const LoweredFile& values) {
    Model deeds;
    for (const Operation& each : model.operations) {
      const bool harms = each.verb == Verb::Destroy || each.verb == Verb::Empty || each.verb == Verb::Delete ||
                         each.verb == Verb::Overwrite;
      if (!harms || each.harmless_target || each.arming == Arming::Disarmed || !each.procedure.valid()) continue;
      const std::optional<Region> place = mover.decided_at(each.region);
      const Procedure& procedure = model.procedures[each.procedure.value];
      if (deeds.operations.size() + idle_.size() >= most_deeds) continue;
      if (place && place->file == values.file) add_deed(each, procedure, *place, values, deeds);
      if (!place) idle_.push_back({each, procedure});
    }
    if (!deeds.operations.empty()) deeds_.push_back(std::move(deeds));
    for (const Resource& object : model.resources) {
      const bool works = std::find(workloads.begin(), workloads.end(), object.type) != workloads.end();
      const std::optional<Region> place = works ? mover.decided_at(object.header) : std::nullopt;
      if (!place || place->file != values.file) continue;
      for (const Reference& reference : object.references) {
        if (reference.target.find("ConfigMap/") != std::string::npos && mounts_.size() < most_deeds)
          mounts_.push_back({reference.target, *place, object.type == "batch/CronJob"});
      }
    }
  }

  static void add_deed(const Operation& each, const Procedure& runs, const Region& place, const LoweredFile& values,
                       Model& into) {
    Procedure procedure = runs;
    procedure.address += " with " + values.path;
    procedure.region = place;
    procedure.references.clear();
    Operation operation = each;
    operation.procedure = ProcedureId{static_cast<std::uint32_t>(into.procedures.size())};
    operation.region = operation.target.region = place;
    for (Value& argument : operation.arguments) argument.region = {};
    operation.certainty = std::max(operation.certainty, Certainty::Likely);
    into.procedures.push_back(std::move(procedure));
    into.operations.push_back(std::move(operation));
  }

  /// Scripts of a map that is there anyhow run where something that a value switches on mounts it.
  void add_mounted(LoweredFile& values) {
    Model deeds;
    for (const Mount& mount : mounts_) {
      for (auto& [operation, procedure] : idle_) {
        const std::string_view name = std::string_view(mount.target).substr(mount.target.find("ConfigMap/"));
        const std::size_t at = procedure.address.find(name);
        const bool same = at != std::string::npos && procedure.address.substr(at + name.size()).starts_with('/');
        if (!same || deeds.operations.size() >= most_deeds) continue;
        if (mount.by_clock) procedure.trigger = Trigger::Schedule;
        add_deed(operation, procedure, mount.place, values, deeds);
      }
    }
    if (!deeds.operations.empty()) append(values.model, std::move(deeds));
    mounts_.clear();
    idle_.clear();
  }

  std::span<LoweredFile> files_;
  SourceTree& tree_;
  const FactTables& facts_;
  std::size_t printed_ = 0;
  // Of one file of values: what it decides, what no value decides, and which maps are mounted where a value says so.
  std::vector<Model> deeds_;
  std::vector<std::pair<Operation, Procedure>> idle_;
  std::vector<Mount> mounts_;
};

}  // namespace

void add_instances(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  Instances(files, tree, facts).add();
}

}  // namespace redtag::helm
