// Whether a template prints an object at all, with the values that its chart brings.
//
// Only what can be said for sure is said: literals, values of the chart, and / or / not / eq / ne over them. Functions, capabilities
// and values that another chart gives are unknown. A value that the chart does not have is nothing, as the engine has it.
//
// What a file of one environment says goes before the chart's own values; a changed one is judged for that environment alone.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "lower/helm/charts.h"
#include "lower/helm/helm.h"
#include "lower/kubernetes/kubernetes.h"

namespace redtag::helm {

namespace {

constexpr std::size_t most_words = 200;  // of one condition
constexpr unsigned most_levels = 16;     // of brackets

enum class Truth : std::uint8_t { No, Yes, Unknown };

struct Operand {
  Truth truth = Truth::Unknown;
  bool scalar = false;  ///< `text` is what it says
  std::string text;
  Region place;  ///< where the value that decides it stands
};

/// A condition cut into words, brackets and texts in quotes.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size() && words.size() < most_words;) {
    const char c = text[at];
    if (c == ' ') {
      ++at;
    } else if (c == '(' || c == ')' || c == '|') {
      words.emplace_back(1, c);
      ++at;
    } else if (c == '"' || c == '`') {
      const std::size_t end = std::min(text.find(c, at + 1), text.size() - 1);
      words.emplace_back(text.substr(at, end + 1 - at));
      at = end + 1;
    } else {
      const std::size_t end = std::min(text.find_first_of(" ()|", at), text.size());
      words.emplace_back(text.substr(at, end - at));
      at = end;
    }
  }
  return words;
}

class Judge {
 public:
  /// `layers`: what goes first stands first.
  explicit Judge(std::span<const Resource* const> layers) : layers_(layers) {}

  /// A path of values by itself, as a dependency's `condition` names it.
  [[nodiscard]] Operand of_value(std::string_view path) const { return value_at(path); }

  /// `if …`, `with …`, `range … := …`.
  Operand of_condition(std::string_view text) {
    words_ = words_of(text);
    at_ = 1;
    if (words_.empty() || (words_[0] != "if" && words_[0] != "with" && words_[0] != "range")) return {};
    for (std::size_t i = 1; i < words_.size(); ++i) {
      if (words_[i] == ":=") at_ = i + 1;
    }
    Operand result = call(0);
    return at_ == words_.size() ? result : Operand{};
  }

 private:
  [[nodiscard]] bool ends() const { return at_ >= words_.size() || words_[at_] == ")"; }

  /// A function with its operands, or one operand.
  Operand call(unsigned level) {
    if (ends() || level > most_levels) return {};
    const std::string name = words_[at_];
    const bool known =
        name == "and" || name == "or" || name == "not" || name == "eq" || name == "ne" || name == "empty";
    if (!known) {
      Operand one = operand(level);
      return ends() ? one : give_up();
    }
    ++at_;
    std::vector<Operand> operands;
    while (!ends() && words_[at_] != "|") operands.push_back(operand(level));
    return ends() ? applied(name, operands) : give_up();
  }

  /// What is not understood: its words are passed over up to the bracket that closes it.
  Operand give_up() {
    for (unsigned depth = 0; at_ < words_.size(); ++at_) {
      if (words_[at_] == "(") ++depth;
      if (words_[at_] == ")" && depth-- == 0) break;
    }
    return {};
  }

  Operand operand(unsigned level) {
    const std::string word = words_[at_++];
    if (word == "(") {
      Operand inner = call(level + 1);
      if (at_ < words_.size() && words_[at_] == ")") ++at_;
      return inner;
    }
    if (word == "true" || word == "false") return {word == "true" ? Truth::Yes : Truth::No, true, word, {}};
    if (word.size() > 1 && (word[0] == '"' || word[0] == '`'))
      return {word.size() > 2 ? Truth::Yes : Truth::No, true, word.substr(1, word.size() - 2), {}};
    if (!word.empty() && word.find_first_not_of("0123456789") == std::string::npos)
      return {word == "0" ? Truth::No : Truth::Yes, true, word, {}};
    for (const std::string_view start : {".Values.", "$.Values."}) {
      if (word.starts_with(start)) return value_at(std::string_view(word).substr(start.size()));
    }
    return {};
  }

  [[nodiscard]] Operand value_at(std::string_view path) const {
    if (layers_.empty() || path.starts_with("global.")) return {};
    Operand result{Truth::No, true, {}, {}};
    for (const Resource* layer : layers_) {
      const std::optional<Operand> said = said_by(*layer, path);
      if (!said) continue;
      // Mappings of several layers are merged: an empty one takes nothing away.
      if (said->scalar || said->truth != Truth::No) return *said;
      result = *said;
    }
    return result;
  }

  /// What one file of values says at a path; nullopt where it is silent.
  static std::optional<Operand> said_by(const Resource& settings, std::string_view path) {
    const std::vector<Entry>* level = &settings.attributes;
    const Value* found = nullptr;
    for (const std::string_view part : split(path, '.')) {
      found = nullptr;
      for (const Entry& entry : *level) {
        if (entry.key == part) found = &entry.value;
      }
      if (found == nullptr) return std::nullopt;
      if (!found->known()) return Operand{};
      level = &found->entries;
    }
    const bool container = found->shape != Shape::Scalar;
    const bool empty = container
                           ? found->entries.empty() && found->items.empty()
                           : found->is_null() || found->text.empty() || found->text == "false" || found->text == "0";
    return Operand{empty ? Truth::No : Truth::Yes, !container, container ? std::string() : found->text, found->region};
  }

  static Operand applied(std::string_view name, const std::vector<Operand>& operands) {
    if (operands.empty()) return {};
    if (name == "not" || name == "empty") {
      const Operand& one = operands.front();
      if (one.truth == Truth::Unknown) return {};
      return {one.truth == Truth::Yes ? Truth::No : Truth::Yes, false, {}, one.place};
    }
    if (name == "eq" || name == "ne") {
      if (operands.size() != 2 || !operands[0].scalar || !operands[1].scalar) return {};
      const bool same = operands[0].text == operands[1].text;
      const Region place = operands[0].place.valid() ? operands[0].place : operands[1].place;
      return {same == (name == "eq") ? Truth::Yes : Truth::No, false, {}, place};
    }
    const Truth decides = name == "and" ? Truth::No : Truth::Yes;
    bool all_known = true;
    for (const Operand& each : operands) {
      if (each.truth == decides) return {decides, false, {}, each.place};
      all_known = all_known && each.truth != Truth::Unknown;
    }
    return all_known ? Operand{decides == Truth::No ? Truth::Yes : Truth::No, false, {}, operands.back().place}
                     : Operand{};
  }

  std::span<const Resource* const> layers_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

/// Where a finding would stand: at the value if the template did not change.
enum class Mark : std::uint8_t { Condition, Value };

using Layers = std::vector<const Resource*>;

/// The conditions that lowering left at an object; nullptr for none.
const Value* conditions_of(const Resource& object) {
  for (const Entry& entry : object.attributes) {
    if (entry.key == kubernetes::condition_attribute && entry.value.shape == Shape::List) return &entry.value;
  }
  return nullptr;
}

/// Whether all of the conditions hold: `false` at what decides it, unknown, or nothing where they do.
std::optional<Value> judged(const Value& conditions, const Layers& layers, Mark mark) {
  std::optional<Value> said;
  for (const Value& condition : conditions.items) {
    const bool denied = condition.text.starts_with("! ");
    Operand result = Judge(layers).of_condition(std::string_view(condition.text).substr(denied ? 2 : 0));
    if (denied && result.truth != Truth::Unknown) result.truth = result.truth == Truth::Yes ? Truth::No : Truth::Yes;
    if (result.truth == Truth::Yes) continue;
    const Region place = mark == Mark::Value && result.place.valid() ? result.place : condition.region;
    if (result.truth == Truth::No) return known_string("false", place);
    if (!said) said = unknown_value("{{ " + condition.text + " }}", "a template decides it", place);
  }
  return said;
}

/// `pg.enabled,global.pg`: the first path that is there decides whether a dependency is taken in.
std::optional<Value> judged_dependency(std::string_view condition, const Layers& layers) {
  for (const std::string_view path : split(condition, ',')) {
    const Operand result = Judge(layers).of_value(trim(path));
    if (result.truth == Truth::Unknown) return std::nullopt;
    if (!result.place.valid()) continue;
    if (result.truth == Truth::Yes || result.text != "false") return std::nullopt;
    return known_string("false", result.place);
  }
  return std::nullopt;
}

/// All that one chart's objects are judged with.
struct ChartValues {
  Layers own;                                         ///< `values.yaml`; empty where it is not at hand
  std::vector<const Resource*> changed_environments;  ///< files of environments that this change touches
  const Resource* ignored = nullptr;                  ///< `.helmignore`
};

class Chart {
 public:
  explicit Chart(const ChartValues& values) : values_(values) {}

  void judge(Resource& object, const LoweredFile& file, std::string_view below) {
    std::vector<Entry> said;
    if (std::optional<Region> line = ignoring_line(below))
      said.push_back({"rendered", known_string("false", *line), *line});
    const Value* conditions = conditions_of(object);
    const Mark mark = file.context ? Mark::Value : Mark::Condition;
    if (conditions != nullptr && said.empty()) {
      add(said, "rendered", judged(*conditions, values_.own, mark));
      judge_environments(said, [&](const Layers& layers) { return judged(*conditions, layers, Mark::Value); });
    }
    std::erase_if(object.attributes, [](const Entry& entry) {
      return entry.key == kubernetes::condition_attribute && entry.value.shape == Shape::List;
    });
    for (Entry& entry : said) object.attributes.push_back(std::move(entry));
    judge_keep(object, file);
  }

  /// An annotation that the chart's values leave out keeps nothing. In a template that stands as it stood, the value is its place.
  void judge_keep(Resource& object, const LoweredFile& file) {
    const auto held = std::find_if(object.attributes.begin(), object.attributes.end(), [](const Entry& entry) {
      return entry.key == kubernetes::keep_condition_attribute;
    });
    if (held == object.attributes.end()) return;
    const Value conditions = std::move(held->value);
    object.attributes.erase(held);
    Entry* keep = kubernetes::find_keep(object);
    if (keep == nullptr) return;
    bool left_out = false;
    for (const Value& condition : conditions.items) {
      const bool denied = condition.text.starts_with("! ");
      const Operand result = Judge(values_.own).of_condition(std::string_view(condition.text).substr(denied ? 2 : 0));
      left_out = left_out || result.truth == (denied ? Truth::Yes : Truth::No);
      if (file.context && result.place.valid()) keep->region = keep->value.region = result.place;
    }
    if (left_out) drop_keep(object);
  }

  static void drop_keep(Resource& object) {
    for (Entry& metadata : object.attributes) {
      if (metadata.key != "metadata") continue;
      for (Entry& annotations : metadata.value.entries) {
        if (annotations.key != "annotations") continue;
        std::erase_if(annotations.value.entries,
                      [](const Entry& entry) { return entry.key == "helm.sh/resource-policy"; });
      }
      std::erase_if(metadata.value.entries, [](const Entry& entry) {
        return entry.key == "annotations" && entry.value.shape == Shape::Block && entry.value.entries.empty();
      });
    }
  }

  void judge_dependency(Resource& dependency) {
    const Value* condition = nullptr;
    for (const Entry& entry : dependency.attributes) {
      if (entry.key == "condition" && entry.value.known()) condition = &entry.value;
    }
    if (condition == nullptr) return;
    std::vector<Entry> said;
    add(said, "rendered", judged_dependency(condition->text, values_.own));
    judge_environments(said, [&](const Layers& layers) { return judged_dependency(condition->text, layers); });
    for (Entry& entry : said) dependency.attributes.push_back(std::move(entry));
  }

 private:
  static void add(std::vector<Entry>& into, std::string key, std::optional<Value> said) {
    if (!said) return;
    const Region region = said->region;
    into.push_back({std::move(key), std::move(*said), region});
  }

  /// A changed file of an environment says `true` as well, so that one that is new turns nothing off.
  template <class Judged>
  void judge_environments(std::vector<Entry>& said, const Judged& judge_with) {
    for (const Resource* environment : values_.changed_environments) {
      Layers layers{environment};
      layers.insert(layers.end(), values_.own.begin(), values_.own.end());
      std::optional<Value> value = judge_with(layers);
      if (!value) value = known_string("true", environment->header);
      if (value->known() && value->region.file != environment->region.file) value->region = environment->header;
      add(said, "rendered with " + environment->name, std::move(value));
    }
  }

  [[nodiscard]] std::optional<Region> ignoring_line(std::string_view below) const {
    if (values_.ignored == nullptr || values_.ignored->attributes.empty()) return std::nullopt;
    std::optional<Region> line;
    for (const Value& pattern : values_.ignored->attributes.front().value.items) {
      const bool back = pattern.text.starts_with('!');
      if (!is_ignored_by(std::string_view(pattern.text).substr(back ? 1 : 0), below)) continue;
      line = back ? std::nullopt : std::optional<Region>(pattern.region);
    }
    return line;
  }

  const ChartValues& values_;
};

// ---- settings that are told as what they decide

using Places = std::set<std::pair<std::uint32_t, std::uint32_t>>;

std::pair<std::uint32_t, std::uint32_t> place_of(const Region& region) {
  return {region.file.value, region.bytes.begin};
}

void erase_told(std::vector<Entry>& entries, const std::string& path, const Places& told, const FactTables& facts) {
  std::erase_if(entries, [&](Entry& entry) {
    const std::string below = path.empty() ? entry.key : path + "." + entry.key;
    if (entry.value.shape == Shape::Block) erase_told(entry.value.entries, below, told, facts);
    if (!told.contains(place_of(entry.value.region))) return false;
    // What a row speaks of in other words than a loss is still said.
    for (const std::string_view type : {"values", "*"}) {
      for (const FactRowView& row : facts.rows("helm", type)) {
        const bool meant = row.path.starts_with("*.") && ("." + below).ends_with(row.path.substr(1));
        if (meant && row.effect != "endangers") return false;
      }
    }
    return true;
  });
}

}  // namespace

void forget_told_settings(std::span<LoweredFile> files, const FactTables& facts) {
  Places told;
  for (const LoweredFile& file : files) {
    for (const Resource& resource : file.model.resources) {
      for (const Entry& entry : resource.attributes) {
        if (entry.key.starts_with("rendered") && entry.value.known() && entry.value.text == "false")
          told.insert(place_of(entry.value.region));
      }
    }
  }
  if (told.empty()) return;
  for (LoweredFile& file : files) {
    for (Resource& resource : file.model.resources) {
      if (resource.type == "values") erase_told(resource.attributes, {}, told, facts);
    }
  }
}

void judge_conditions(std::span<LoweredFile> files, SourceTree& tree) {
  std::map<std::string, ChartValues> charts;
  Charts found(tree);
  for (const LoweredFile& file : files) {
    const FileRole role = role_of(file.path);
    if ((!holds_values(file) && role != FileRole::Ignored) || !file.model.gaps.empty()) continue;
    std::optional<std::string> own = chart_of(file.path);
    const bool asked = !file.context && !file.partial && role != FileRole::Ignored;
    const std::optional<std::string> chart = asked ? found.of_values(file.path) : own;
    if (!chart) continue;
    if (own != chart) own.reset();
    for (const Resource& resource : file.model.resources) {
      ChartValues& values = charts[*chart];
      if (resource.type == "ignored files") values.ignored = &resource;
      if (resource.type != "values") continue;
      if (!own) values.changed_environments.push_back(&resource);
      if (own && values.own.empty()) values.own.push_back(&resource);
    }
  }
  const ChartValues none;
  for (LoweredFile& file : files) {
    const FileRole role = role_of(file.path);
    if (role != FileRole::Template && role != FileRole::Chart) continue;
    const std::optional<std::string> chart = chart_of(file.path);
    const auto values = chart ? charts.find(*chart) : charts.end();
    Chart judge(values == charts.end() ? none : values->second);
    const std::string_view below = std::string_view(file.path).substr(chart && !chart->empty() ? chart->size() + 1 : 0);
    for (Resource& resource : file.model.resources) {
      if (role == FileRole::Template) judge.judge(resource, file, below);
      if (resource.type == "dependency") judge.judge_dependency(resource);
    }
  }
}

}  // namespace redtag::helm
