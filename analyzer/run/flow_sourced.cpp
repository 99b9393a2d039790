#include "run/flow_sourced.h"

#include <algorithm>

#include "run/flow_launch.h"
#include "stack/commands.h"

namespace redtag {

namespace {

constexpr std::size_t most_flows = 12;   ///< out of one file
constexpr std::size_t most_causes = 64;  ///< lines of one file that are looked at
constexpr std::size_t most_bytes = std::size_t{128} << 10;

}  // namespace

std::vector<Flow> sourced_flows(const Setter& setter, std::size_t index, FlowReaders& readers) {
  std::vector<Flow> flows;
  const std::string_view name = name_of(setter.path);
  for (const ReaderText& script : readers.scripts()) {
    if (flows.size() >= most_flows) break;
    if (script.carried || script.path == setter.path) continue;
    if (command_file(script.path, script.text) != CommandFile::Script) continue;
    if (!speaks_of(script.text, name) && !speaks_of(script.sourced, name)) continue;
    const std::vector<const ReaderText*> sourced = readers.sourced_by(script);
    const bool takes =
        std::any_of(sourced.begin(), sourced.end(), [&](const ReaderText* each) { return each->path == setter.path; });
    if (!takes) continue;
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

}  // namespace redtag
