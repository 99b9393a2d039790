#include "run/flow_sourced.h"

#include <algorithm>
#include <set>
#include <utility>

#include "lower/shell/shared.h"
#include "run/flow_launch.h"
#include "stack/commands.h"

namespace redtag {

namespace {

constexpr std::size_t most_flows = 12;   ///< out of one file
constexpr std::size_t most_causes = 64;  ///< lines of one file that are looked at
constexpr std::size_t most_bytes = std::size_t{128} << 10;

/// Worth a search of the tree for who sources it: it gives functions or values, or does not say what to run it with. Most scripts do
/// none of that, and are run.
bool may_be_sourced(const Setter& setter) {
  for (const std::string_view text : setter.text) {
    const bool gives = text.find("()") != std::string_view::npos || text.find("function ") != std::string_view::npos;
    if (gives || (!text.empty() && !text.starts_with("#!"))) return true;
  }
  return std::any_of(setter.changed.begin(), setter.changed.end(), [](const ChangedValue& change) {
    return (change.before && is_name(change.before->key)) || (change.after && is_name(change.after->key));
  });
}

}  // namespace

std::vector<Flow> sourced_flows(const Setter& setter, std::size_t index, FlowReaders& readers) {
  std::vector<Flow> flows;
  if (!may_be_sourced(setter)) return flows;
  const std::string_view name = name_of(setter.path);
  for (const ReaderText& script : readers.scripts()) {
    if (script.carried || script.path == setter.path) continue;
    if (command_file(script.path, script.text) != CommandFile::Script) continue;
    if (!speaks_of(script.text, name) && !speaks_of(script.sourced, name)) continue;
    const std::vector<const ReaderText*> sourced = readers.sourced_by(script);
    const bool takes =
        std::any_of(sourced.begin(), sourced.end(), [&](const ReaderText* each) { return each->path == setter.path; });
    if (!takes) continue;
    if (flows.size() >= most_flows) {
      readers.leave_out();
      break;
    }
    Flow flow{index, script, {}, {}, false};
    for (std::size_t i = 0; i < flow.bound.size(); ++i) {
      shell::Bound& bound = flow.bound[i];
      bound.file = setter.path;
      bound.text = std::string(setter.text[i]) + "\n";
      flow.own[i] = bound.text.size();
      for (const ReaderText* each : sourced) {
        if (each->path != setter.path && bound.text.size() < most_bytes) bound.text += each->text + "\n";
      }
    }
    const std::size_t causes = std::min(setter.changed.size(), most_causes);
    flow.causes.assign(setter.changed.begin(), setter.changed.begin() + static_cast<std::ptrdiff_t>(causes));
    flows.push_back(std::move(flow));
  }
  return flows;
}

std::optional<Flow> own_flow(const Setter& setter, std::size_t index) {
  Flow flow{
      index, {setter.path, std::string(name_of(setter.path)), std::string(setter.text[1]), false, ""}, {}, {}, false};
  for (const ChangedValue& change : setter.changed) {
    const bool value = change.before && change.after && is_name(change.after->key) && !change.after->value.empty();
    if (value && flow.causes.size() < most_causes) flow.causes.push_back(change);
  }
  if (flow.causes.empty()) return std::nullopt;
  // The new text with the old values in their places: what else changed in it says so itself.
  std::vector<ChangedValue> places = flow.causes;
  std::sort(places.begin(), places.end(),
            [](const ChangedValue& a, const ChangedValue& b) { return a.after->bytes.begin > b.after->bytes.begin; });
  std::string before(setter.text[1]);
  for (const ChangedValue& change : places) {
    const ByteRange was = change.before->bytes, is = change.after->bytes;
    before.replace(is.begin, is.end - is.begin, setter.text[0].substr(was.begin, was.end - was.begin));
  }
  flow.before_text = std::move(before);
  return flow;
}

bool only_values_decide(const Operation& operation, FileId file, const Sides& sides) {
  const auto says = [&](const Model& model) -> std::optional<Arming> {
    for (const Operation& other : model.operations) {
      if (other.region.file == file && other.verb == operation.verb && other.program == operation.program &&
          other.action == operation.action && canonical(other.target) == canonical(operation.target))
        return other.arming;
    }
    return std::nullopt;
  };
  const auto was = says(sides.before), is = says(sides.after);
  if (!was || was != is) return false;  // what arms it is told there
  std::multiset<std::pair<SafeguardKind, std::string>> guards;
  for (const Safeguard& guard : sides.before.safeguards) {
    if (guard.region.file == file && guard.coverage == Coverage::All) guards.emplace(guard.kind, guard.protects);
  }
  for (const Safeguard& guard : sides.after.safeguards) {
    if (guard.region.file != file || guard.coverage != Coverage::All) continue;
    const auto found = guards.find({guard.kind, guard.protects});
    if (found != guards.end()) guards.erase(found);
  }
  return guards.empty();
}

void fill_in_settings(const std::vector<Setter>& setters, Analysis& analysis) {
  for (const FileChange& file : analysis.changes.files) {
    if (file.is_context() || !file.after_path) continue;
    for (const Side side : {Side::Before, Side::After}) {
      const std::string_view text = file.image(side).text;
      if (text.find(". ") == std::string_view::npos && text.find("source ") == std::string_view::npos) continue;
      if (command_file(*file.after_path, text) != CommandFile::Script) continue;
      shell::SharedValues values;
      for (const Setter& setter : setters) {
        if (setter.kind != flow::ValueFile::Lines || !sources_file(text, name_of(setter.path))) continue;
        for (const flow::PlacedValue& value : setter.values[static_cast<std::size_t>(side)]) {
          const bool plain = value.group.empty() && value.value.find_first_of("$`") == std::string::npos;
          if (plain && is_name(value.key)) values[value.key] = shell::without_password(value.value);
        }
      }
      if (values.empty()) continue;
      Model& model = side == Side::Before ? analysis.sides.before : analysis.sides.after;
      for (Operation& operation : model.operations) {
        if (operation.region.file == file.id && !operation.target.known()) shell::aim_anew(operation, values);
      }
    }
  }
}

}  // namespace redtag
