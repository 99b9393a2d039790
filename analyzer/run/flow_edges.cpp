#include "run/flow_edges.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/path.h"
#include "base/text.h"
#include "lower/shell/shared.h"
#include "run/flow_launch.h"
#include "run/flow_sourced.h"
#include "stack/commands.h"

namespace redtag {

namespace {

using flow::PlacedValue;

constexpr std::size_t most_flows = 12;   ///< out of one file
constexpr std::size_t most_causes = 64;  ///< values of one file that are looked at
constexpr std::size_t most_variables = 200;

/// A name that an environment has: capitals.
bool is_variable(std::string_view text) {
  return is_name(text) && std::none_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// What a message must not show.
bool names_secret(std::string_view name) {
  const std::string plain = lower_ascii(name);
  for (const std::string_view word :
       {"pass", "secret", "token", "apikey", "api_key", "credential", "auth", "private"}) {
    if (plain.find(word) != std::string::npos) return true;
  }
  return false;
}

/// An item of a list, or a member of one.
bool is_entry(const PlacedValue& value) { return value.path.ends_with("[]") || value.group.ends_with(']'); }

bool holds_variables(std::string_view word) {
  return word == "variables" || word == "env" || word == "environment" || word == "vars";
}

/// Whether the variables of one mapping are there for what another one holds: its own, and those of whatever it stands in.
bool reaches(std::string_view group, std::string_view inner) {
  if (group == inner) return true;
  const std::size_t dot = group.rfind('.');
  const std::string_view holder = dot == std::string_view::npos ? std::string_view() : group.substr(0, dot);
  const std::string_view word = dot == std::string_view::npos ? group : group.substr(dot + 1);
  if (!holds_variables(word)) return false;
  return holder.empty() ||
         (inner.starts_with(holder) && (inner.size() == holder.size() || inner[holder.size()] == '.'));
}

/// The variables that are set for what a mapping holds, outermost first.
std::vector<std::pair<std::string, std::string>> variables_of(const std::vector<PlacedValue>& values,
                                                              std::string_view group) {
  std::vector<const PlacedValue*> found;
  for (const PlacedValue& value : values) {
    if (is_name(value.key) && !names_secret(value.key) && reaches(value.group, group)) found.push_back(&value);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const PlacedValue* a, const PlacedValue* b) { return a->group.size() < b->group.size(); });
  if (found.size() > most_variables) found.resize(most_variables);
  std::vector<std::pair<std::string, std::string>> variables;
  for (const PlacedValue* value : found) variables.emplace_back(value->key, shell::without_password(value->value));
  return variables;
}

/// The texts of commands on one side: each value, and the words of a list that is one command.
struct CommandText {
  std::string text;
  std::string group;
  std::string path;
};
std::vector<CommandText> command_texts(const std::vector<PlacedValue>& values) {
  std::vector<CommandText> texts;
  for (const PlacedValue& value : values) {
    const bool more = !texts.empty() && value.path.ends_with("[]") && texts.back().path == value.path &&
                      texts.back().group == value.group;
    if (more && value.value.find(' ') == std::string::npos && texts.back().text.find('\n') == std::string::npos) {
      texts.back().text += " " + value.value;
    } else if (more) {
      texts.back().text += "\n" + value.value;
    } else {
      texts.push_back({value.value, value.group, value.path});
    }
  }
  return texts;
}

std::size_t common_length(std::string_view a, std::string_view b) {
  std::size_t n = 0;
  while (n < a.size() && n < b.size() && a[n] == b[n]) ++n;
  return n;
}

/// How a side starts a script, nearest to a mapping.
std::optional<Launch> nearest_launch(const std::vector<CommandText>& texts, std::string_view group,
                                     std::string_view script, std::string* where) {
  std::optional<Launch> nearest;
  std::size_t best = 0;
  for (const CommandText& text : texts) {
    auto launch = launch_of(text.text, script);
    const std::size_t length = common_length(text.group, group) + 1;
    if (!launch || length <= best) continue;
    best = length;
    nearest = std::move(launch);
    if (where != nullptr) *where = text.group;
  }
  return nearest;
}

const std::string* value_at(const std::vector<PlacedValue>& values, std::string_view path) {
  for (const PlacedValue& value : values) {
    if (value.path == path) return &value.value;
  }
  return nullptr;
}

class Edges {
 public:
  Edges(const std::vector<Setter>& setters, std::size_t index, FlowReaders& readers)
      : setters_(setters), setter_(setters[index]), index_(index), readers_(readers) {
    for (const Side side : {Side::Before, Side::After}) {
      const auto i = static_cast<std::size_t>(side);
      texts_[i] = command_texts(setter_.values[i]);
    }
    own_name_ = name_of(setter_.path);
    const std::string* kind = value_at(setter_.values[1], "kind");
    const std::string* name = value_at(setter_.values[1], "metadata.name");
    if (kind != nullptr && name != nullptr && (*kind == "ConfigMap" || *kind == "Secret")) object_name_ = *name;
  }

  std::vector<Flow> run() {
    if (std::none_of(setter_.changed.begin(), setter_.changed.end(), [&](const ChangedValue& c) { return matters(c); }))
      return {};
    for (const ReaderText& script : readers_.scripts()) {
      look_at(script);
    }
    const bool variables = std::any_of(setter_.changed.begin(), setter_.changed.end(),
                                       [](const ChangedValue& c) { return is_variable(c.any().key); });
    if (variables && !setter_.pipeline) {
      follow_starters(readers_.scripts());
      if (flows_.empty()) follow_starters(readers_.starters());
    }
    if (variables && flows_.empty()) follow_inclusions();
    if (flows_.empty()) follow_handed_data();
    return std::move(flows_);
  }

 private:
  static bool matters(const ChangedValue& change) { return change.any().value.size() < 2048; }

  [[nodiscard]] bool both_speak_of(std::string_view name) const {
    return speaks_of(setter_.text[0], name) || speaks_of(setter_.text[1], name);
  }

  void look_at(const ReaderText& script) {
    if (script.path == setter_.path && !script.carried) return;
    const bool names_setter = own_name_.size() > 3 && speaks_of(script.text, own_name_);
    const CommandFile kind = command_file(script.path, script.text);
    const bool make = kind == CommandFile::Makefile;
    const bool started = make ? setter_.pipeline && speaks_of(setter_.text[1], "make")
                              : script.name.size() > 2 && both_speak_of(script.name);
    if (started) {
      add_arguments(script);
      if (!make) add_handed(script);
    }
    if (names_setter || started || builds(script)) {
      looked_at_.insert(script.path + script.name);
      add_variables(script, Trigger::Unknown);
    }
    if (names_setter && !make) add_data(script);
  }

  void look_at_started(const ReaderText& script, const ReaderText& starter) {
    const std::size_t known = flows_.size();
    const bool clock = starter.text.find("schedule:") != std::string::npos ||
                       lower_ascii(starter.path).find("cron") != std::string::npos || has_timer(starter);
    add_variables(script, clock ? Trigger::Schedule : Trigger::Unknown);
    for (std::size_t i = known; i < flows_.size(); ++i) flows_[i].starter = starter.text;
  }

  /// A unit that a timer of the same name starts.
  [[nodiscard]] bool has_timer(const ReaderText& starter) const {
    if (!starter.path.ends_with(".service")) return false;
    const std::string timer = starter.path.substr(0, starter.path.size() - 8) + ".timer";
    const std::vector<ReaderText>& starters = readers_.starters();
    return std::any_of(starters.begin(), starters.end(), [&](const ReaderText& each) { return each.path == timer; });
  }

  /// Scripts that something starts which takes the variables of this file along.
  void follow_starters(const std::vector<ReaderText>& starters) {
    for (const ReaderText& script : readers_.scripts()) {
      if (script.path == setter_.path || !reads_any(script) || looked_at_.count(script.path + script.name) > 0)
        continue;
      const auto starts = [&](const ReaderText& starter) {
        const bool within = script.carried && starter.path == script.path;
        if (starter.path == setter_.path) return false;
        if (!within && (starter.path == script.path || !speaks_of(starter.text, script.name))) return false;
        return takes_from_object(starter.text) || (own_name_.size() > 3 && speaks_of(starter.text, own_name_));
      };
      const auto starter = std::find_if(starters.begin(), starters.end(), starts);
      if (starter != starters.end()) look_at_started(script, *starter);
    }
  }

  /// Jobs of a pipeline that includes this file as well: its variables are there for all of them.
  void follow_inclusions() {
    const auto includes = [](const ReaderText& root, std::string_view path) {
      return !root.carried && root.text.find("include:") != std::string::npos && speaks_of(root.text, path);
    };
    if (own_name_.size() <= 3) return;
    const std::vector<ReaderText>& roots = readers_.starters();
    const bool included = std::any_of(roots.begin(), roots.end(), [&](const ReaderText& root) {
      return root.path != setter_.path && includes(root, own_name_);
    });
    if (!included) return;
    for (const ReaderText& script : readers_.scripts()) {
      if (!script.carried || script.path == setter_.path || !reads_any(script)) continue;
      const auto root = std::find_if(roots.begin(), roots.end(), [&](const ReaderText& each) {
        return includes(each, own_name_) && (each.path == script.path || includes(each, name_of(script.path)));
      });
      if (root != roots.end()) add_variables(script, Trigger::Merge);
    }
  }

  /// A manifest that refers to the object which this file is: its name stands at a `configMapRef:` or just below.
  [[nodiscard]] bool takes_from_object(std::string_view manifest) const {
    constexpr int reach = 3;
    if (object_name_.empty()) return false;
    int left = 0;
    for (const std::string_view line : split(manifest, '\n')) {
      const bool refers =
          line.find("configMap") != std::string_view::npos || line.find("secret") != std::string_view::npos;
      if (refers) left = reach + 1;
      if (left-- > 0 && speaks_of(line, object_name_)) return true;
    }
    return false;
  }

  /// `run.sh groups.txt`, in what starts the script: the file comes in as one of its words.
  void follow_handed_data() {
    if (own_name_.size() <= 3) return;
    std::vector<const ReaderText*> starters;
    for (const ReaderText& starter : readers_.starters()) starters.push_back(&starter);
    for (const ReaderText& starter : readers_.scripts()) starters.push_back(&starter);
    for (const ReaderText* starter : starters) {
      if (starter->path == setter_.path || !speaks_of(starter->text, own_name_)) continue;
      for (const std::string_view line : split(starter->text, '\n')) {
        if (!speaks_of(line, own_name_)) continue;
        for (const ReaderText& script : readers_.scripts()) {
          const auto launch = script.name.size() > 2 ? launch_of(line, script.name) : std::nullopt;
          if (!launch || script.path == setter_.path || script.path == starter->path) continue;
          const bool handed = std::any_of(launch->arguments.begin(), launch->arguments.end(),
                                          [&](const std::string& word) { return name_of(word) == own_name_; });
          if (handed) add_data(script, &*launch);
        }
      }
    }
  }

  [[nodiscard]] bool reads_any(const ReaderText& script) const {
    return std::any_of(setter_.changed.begin(), setter_.changed.end(), [&](const ChangedValue& change) {
      return is_name(change.any().key) && reads(script, change.any().key);
    });
  }

  static bool reads(const ReaderText& script, std::string_view name) {
    return reads_variable(script.text, name) || reads_variable(script.sourced, name);
  }

  /// An image that this file builds from the directory that the script lies in.
  [[nodiscard]] bool builds(const ReaderText& script) const {
    for (const PlacedValue& value : setter_.values[1]) {
      if (value.key != "build" && value.key != "context") continue;
      const auto place = path_below(directory_of(setter_.path), value.value);
      if (place && directory_of(script.path) == *place) return script.name.find("entrypoint") != std::string::npos;
    }
    return false;
  }

  shell::Bound bound(Side side, std::string_view group, Trigger trigger) const {
    const bool table = command_file(setter_.path, setter_.text[1]) == CommandFile::Crontab;
    if (table) trigger = Trigger::Schedule;
    const auto i = static_cast<std::size_t>(side);
    shell::Bound bound;
    bound.variables = variables_of(setter_.values[i], group);
    bound.file = setter_.path;
    bound.trigger = trigger;
    bound.ground = setter_.pipeline ? Ground::Runner : Ground::Machine;
    return bound;
  }

  void add_variables(const ReaderText& script, Trigger trigger) {
    std::map<std::string, std::vector<ChangedValue>> by_group;
    std::size_t looked = 0;
    for (const ChangedValue& change : setter_.changed) {
      if (++looked > most_causes) {
        readers_.leave_out();
        break;
      }
      const PlacedValue& value = change.any();
      if (!is_name(value.key) || is_entry(value) || !reads(script, value.key)) continue;
      if (!change.after && (setter_.pipeline || set_elsewhere(value.key))) continue;
      by_group[value.group].push_back(change);
    }
    const bool make = command_file(script.path, script.text) == CommandFile::Makefile;
    for (auto& [group, causes] : by_group) {
      Flow flow{index_, script, {bound(Side::Before, group, trigger), bound(Side::After, group, trigger)}, {}, false};
      for (const ChangedValue& cause : causes) {
        if (!cause.before) flow.bound[0].empty.insert(cause.any().key);
        if (!cause.after) flow.bound[1].empty.insert(cause.any().key);
      }
      for (const Side side : {Side::Before, Side::After}) {
        const auto i = static_cast<std::size_t>(side);
        if (make && !setter_.pipeline) flow.bound[i].text = std::string(setter_.text[i]);
        const auto launch = make ? std::nullopt : nearest_launch(texts_[i], group, script.name, nullptr);
        if (launch) put(*launch, flow.bound[i]);
      }
      flow.causes = std::move(causes);
      add(std::move(flow));
    }
  }

  static void put(const Launch& launch, shell::Bound& bound) {
    bound.arguments = launch.arguments;
    for (const auto& each : launch.variables) bound.variables.push_back(each);
  }

  /// A value that is gone here and stands in another place of the file, or in another file of the change.
  [[nodiscard]] bool set_elsewhere(const std::string& name) const {
    for (const Setter& setter : setters_) {
      for (const PlacedValue& value : setter.values[1]) {
        if (value.key == name) return true;
      }
    }
    return false;
  }

  /// A line that starts the script with other words than before.
  void add_arguments(const ReaderText& script) {
    for (const ChangedValue& change : setter_.changed) {
      if (!change.before || !change.after) continue;
      const auto before = launch_of(change.before->value, script.name),
                 after = launch_of(change.after->value, script.name);
      if (!before || !after) continue;
      if (before->arguments == after->arguments && before->variables == after->variables) continue;
      Flow flow{index_,
                script,
                {bound(Side::Before, change.before->group, Trigger::Unknown),
                 bound(Side::After, change.after->group, Trigger::Unknown)},
                {change},
                false};
      put(*before, flow.bound[0]);
      put(*after, flow.bound[1]);
      add(std::move(flow));
    }
  }

  /// A line that starts the script as before, with variables among its words that are others now.
  void add_handed(const ReaderText& script) {
    for (const CommandText& text : texts_[1]) {
      const auto launch = launch_of(text.text, script.name);
      if (!launch || launch->arguments.empty()) continue;
      Flow flow{index_,
                script,
                {bound(Side::Before, text.group, Trigger::Unknown), bound(Side::After, text.group, Trigger::Unknown)},
                {},
                false};
      for (const ChangedValue& change : setter_.changed) {
        const PlacedValue& value = change.any();
        if (!change.before || !change.after || !is_name(value.key) || flow.causes.size() >= most_causes) continue;
        const bool handed = reaches(value.group, text.group) || holds_for(value.group, text.group);
        if (handed && std::any_of(launch->arguments.begin(), launch->arguments.end(),
                                  [&](const std::string& word) { return reads_variable(word, value.key); }))
          flow.causes.push_back(change);
      }
      if (flow.causes.empty()) continue;
      for (const Side side : {Side::Before, Side::After}) {
        shell::Bound& into = flow.bound[static_cast<std::size_t>(side)];
        for (const ChangedValue& cause : flow.causes)
          into.variables.emplace_back(cause.any().key, side == Side::Before ? cause.before->value : cause.after->value);
        put(*launch, into);
      }
      add(std::move(flow));
      return;
    }
  }

  /// The variables of a job are there for its steps and lines: `deploy.variables` for `deploy.script`.
  static bool holds_for(std::string_view group, std::string_view inner) {
    const std::size_t dot = group.rfind('.');
    return holds_variables(dot == std::string_view::npos ? group : group.substr(dot + 1)) &&
           inner.starts_with(dot == std::string_view::npos ? std::string_view() : group.substr(0, dot));
  }

  /// A file of parameters, or of entries, that the script reads by its name, or by the word of `launch` that names it.
  void add_data(const ReaderText& script, const Launch* launch = nullptr) {
    const bool list = std::any_of(setter_.changed.begin(), setter_.changed.end(), [](const ChangedValue& change) {
      return change.after && !change.before && is_entry(*change.after);
    });
    const bool parameters = script.text.find("jq") != std::string::npos || script.text.find("yq") != std::string::npos;
    if (!list && !parameters) return;
    Flow flow{index_, script, {}, {}, list};
    for (const Side side : {Side::Before, Side::After}) {
      const auto i = static_cast<std::size_t>(side);
      flow.bound[i].file = setter_.path;
      flow.bound[i].values = setter_.values[i];
      if (launch != nullptr) put(*launch, flow.bound[i]);
    }
    for (const ChangedValue& change : setter_.changed) {
      if (flow.causes.size() >= most_causes) break;
      const bool fresh = change.after && !change.before && is_entry(*change.after);
      if (fresh) flow.bound[1].fresh.push_back(*change.after);
      if (fresh || (change.after && !is_entry(*change.after))) flow.causes.push_back(change);
    }
    if (!flow.causes.empty()) add(std::move(flow));
  }

  void add(Flow flow) {
    if (flows_.size() >= most_flows) return readers_.leave_out();
    for (shell::Bound& bound : flow.bound) {
      if (bound.text.empty()) bound.text = flow.reader.sourced;
    }
    flows_.push_back(std::move(flow));
  }

  const std::vector<Setter>& setters_;
  const Setter& setter_;
  std::size_t index_;
  FlowReaders& readers_;
  std::array<std::vector<CommandText>, 2> texts_;
  std::string_view own_name_;
  std::string object_name_;
  std::set<std::string> looked_at_;  // scripts that name the file, or that it starts
  std::vector<Flow> flows_;
};

}  // namespace

void compare_values(Setter& setter) {
  std::map<std::pair<std::string, std::string>, std::size_t> standing;  // path and value → how many
  for (const PlacedValue& value : setter.values[0]) ++standing[{value.path, value.value}];
  std::vector<PlacedValue> is;
  for (const PlacedValue& value : setter.values[1]) {
    const auto found = standing.find({value.path, value.value});
    if (found == standing.end() || found->second == 0) {
      is.push_back(value);
    } else {
      --found->second;
    }
  }
  std::vector<PlacedValue> was;
  for (const PlacedValue& value : setter.values[0]) {
    std::size_t& left = standing[{value.path, value.value}];
    if (left == 0) continue;
    --left;
    was.push_back(value);
  }
  std::vector<bool> taken(was.size(), false);
  const auto take = [&](const PlacedValue& value, auto same) -> std::optional<PlacedValue> {
    for (std::size_t i = 0; i < was.size() && i < most_causes * 4; ++i) {
      if (taken[i] || !same(was[i], value)) continue;
      taken[i] = true;
      return was[i];
    }
    return std::nullopt;
  };
  for (const PlacedValue& value : is) {
    ChangedValue change;
    change.after = value;
    if (!value.path.ends_with("[]") || value.value.find(' ') != std::string::npos) {
      change.before = take(value, [](const PlacedValue& a, const PlacedValue& b) {
        return a.group == b.group && a.key == b.key && a.path == b.path;
      });
      if (!change.before) {
        change.before = take(value, [](const PlacedValue& a, const PlacedValue& b) { return a.path == b.path; });
      }
    }
    setter.changed.push_back(std::move(change));
  }
  for (std::size_t i = 0; i < was.size(); ++i) {
    if (!taken[i]) setter.changed.push_back({was[i], std::nullopt});
  }
}

std::vector<Flow> flows_of(const std::vector<Setter>& setters, std::size_t index, FlowReaders& readers) {
  if (setters[index].kind == flow::ValueFile::Script) {
    std::vector<Flow> flows;
    if (!setters[index].program) flows = sourced_flows(setters[index], index, readers);
    if (auto own = own_flow(setters[index], index)) flows.push_back(std::move(*own));
    return flows;
  }
  return Edges(setters, index, readers).run();
}

}  // namespace redtag
