// Services that a script stops: stores and what steers others, told from programs whose stop is nobody's business.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/services.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_looked_at = 512;  ///< commands that may start a service again

/// `postgresql@14-main.service` is `postgresql@14-main`; `/usr/sbin/mysqld` is `mysqld`.
std::string_view plain_name(std::string_view name) {
  name = base_name(name);
  for (const std::string_view tail : {".service", ".socket", ".exe"}) {
    if (name.size() > tail.size() && name.ends_with(tail)) name.remove_suffix(tail.size());
  }
  return name;
}

bool matches(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return pattern == name;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

/// True if the script starts it, before or behind: then the stop is a part of what it does to it.
bool starts_again(const Script& script, std::string_view name) {
  const std::size_t last = std::min(script.commands.size(), most_looked_at);
  for (std::size_t i = 0; i < last; ++i) {
    bool starts = false, named = false;
    for (const Word& word : script.commands[i].words) {
      const std::string text = marked_text(word.parts);
      starts = starts || text == "start" || text == "restart" || text == "enable" || text == "unmask" ||
               text == "bootstrap" || text == "load" || text == "Start-Service";
      named = named || plain_name(text) == name;
    }
    if (starts && named) return true;
  }
  return false;
}

}  // namespace

void judge_service(const LineView& line, const FactTables& facts, Operation& operation) {
  static constexpr std::array<std::string_view, 9> stoppers{
      "systemctl", "service", "rc-service", "pkill", "killall", "supervisorctl", "launchctl", "Stop-Service", "sc"};
  if (operation.verb != Verb::Interrupt && operation.verb != Verb::Detach) return;
  if (std::find(stoppers.begin(), stoppers.end(), line.invocation.program) == stoppers.end()) return;
  // A restart leaves it running.
  if (line.has_any({"restart", "try-restart", "reload", "reload-or-restart"})) return;
  const std::vector<FactRowView> rows = facts.rows("shell", "unit");
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    if (line.text(i).starts_with("-")) continue;
    const std::string_view name = plain_name(line.text(i));
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const FactRowView& each) { return matches(each.path, name); });
    if (row == rows.end()) continue;
    operation.object = std::string(row->cls);
    operation.target = value_of(line.words[i]);
    operation.harmless_target = operation.harmless_target || starts_again(line.script, name);
    return;
  }
}

}  // namespace redtag::shell
