#include "lower/cpp/opens.h"

#include "base/text.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

bool is_output_stream(std::string_view type) { return type == "ofstream" || type == "basic_ofstream"; }

/// What stands between the brackets behind a local's name, apart by commas that are in no further brackets.
std::vector<std::string> made_with(const Local& local) {
  const std::size_t name = local.text.find(local.name);
  const std::size_t open = name == std::string::npos ? name : local.text.find_first_of("({", name + local.name.size());
  std::vector<std::string> arguments;
  if (open == std::string::npos) return arguments;
  int depth = 0;
  std::size_t begin = open + 1;
  for (std::size_t i = open; i < local.text.size(); ++i) {
    const char c = local.text[i];
    if (c == '(' || c == '{' || c == '[') ++depth;
    const bool closes = c == ')' || c == '}' || c == ']';
    if (closes) --depth;
    if ((c == ',' && depth == 1) || (closes && depth == 0)) {
      arguments.emplace_back(trim(std::string_view(local.text).substr(begin, i - begin)));
      begin = i + 1;
      if (closes) break;
    }
  }
  return arguments;
}

Arming arming_of(const std::vector<std::string>& arguments, const GuardWords& words, Arming otherwise) {
  bool empties = false, keeps = false;
  for (const std::string& argument : arguments) {
    for (const std::string_view flag : split(argument, '|')) {
      const std::string_view word = base_name(trim(flag));
      empties = empties || words.names("empties", word);
      keeps = keeps || words.names("keeps", word);
    }
  }
  return keeps ? Arming::Disarmed : empties ? Arming::Armed : otherwise;
}

}  // namespace

std::vector<OpenedFile> opened_files(const Function& function, const GuardWords& words) {
  std::vector<OpenedFile> found;
  for (const Call& call : function.calls) {
    if (call.arguments.empty() || !words.names("opens", call.name)) continue;
    std::vector<std::string> arguments;
    for (const Argument& argument : call.arguments) arguments.push_back(argument.text);
    // `openat(directory, path, flags)`; of a copy, what it is copied to; a stream's own path where it is opened again.
    const bool second = call.name == "openat" || words.names("backup", "fs::" + call.name);
    const std::string& target = arguments[second && arguments.size() > 1 ? 1 : 0];
    found.push_back({call.name, target, arming_of(arguments, words, Arming::Plain), call.bytes});
  }
  for (const Local& local : function.locals) {
    if (!is_output_stream(base_name(local.type))) continue;
    const std::vector<std::string> arguments = made_with(local);
    if (arguments.empty() || arguments[0].empty()) continue;
    found.push_back({"ofstream", arguments[0], arming_of(arguments, words, Arming::Armed), local.bytes});
  }
  return found;
}

}  // namespace redtag::cpp
