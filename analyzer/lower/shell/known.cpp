// What is true of commands of the tables beside what their rows say.
#include "lower/shell/operation.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

bool is_local_engine(std::string_view program) { return is_listed(List::LocalEngine, program); }

bool names_a_query(const LineView& line, std::size_t from) {
  if (line.invocation.reads_operands) return true;
  for (std::size_t i = from; i < line.last(); ++i) {
    const std::string& before = line.text(i - 1);
    if (i > from && before.starts_with("-") && !before.ends_with("ids") && !before.ends_with("names")) continue;
    for (const Reading& reading : line.words[i].readings) {
      if (reading.size() == 1 && reading[0].hole == Hole::Output && !reading[0].quoted) return true;
    }
  }
  return false;
}

bool copies(std::string_view program, std::string_view path) {
  const std::string_view last = path.substr(path.rfind(' ') == std::string_view::npos ? 0 : path.rfind(' ') + 1);
  const bool copy = last == "cp" || last == "mv" || last == "sync" || last == "copy" || last == "upload" ||
                    last == "put" || last == "mirror";
  return copy && is_listed(List::CopyingClient, program);
}

}  // namespace redtag::shell
