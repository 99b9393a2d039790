#include "lower/cpp/interest.h"

#include <algorithm>
#include <map>

#include "lower/cpp/meaning.h"
#include "lower/cpp/names.h"
#include "lower/cpp/parse.h"
#include "lower/cpp/slice.h"

namespace redtag::cpp {

namespace {

// As deep as Bodies looks into what a callee calls.
constexpr int levels_of_callees = 3;
constexpr std::size_t most_names = 4000;
constexpr std::size_t most_headers_compared = 8;

std::string_view text_of(const Function& function, std::string_view text) {
  return text.substr(std::min<std::size_t>(function.bytes.begin, text.size()), function.bytes.size());
}

using Said = std::pair<std::string_view, std::string_view>;  // symbol, text

/// How often each function stands on the one side more than on the other; 0 for what is the same.
std::map<Said, int> balance_of(UnitView before, UnitView after) {
  std::map<Said, int> balance;
  for (const Function& function : before.unit.functions) ++balance[{function.symbol, text_of(function, before.text)}];
  for (const Function& function : after.unit.functions) --balance[{function.symbol, text_of(function, after.text)}];
  return balance;
}

bool names_one(std::string_view text, const Words& words) {
  if (words.empty()) return false;
  const std::vector<std::string_view> found = identifiers_of(text);
  return std::any_of(found.begin(), found.end(), [&](std::string_view word) { return words.count(word) > 0; });
}

/// What a function calls, and the types of its locals.
void add_named(const Function& function, Words& names) {
  const auto add = [&](std::string_view name) {
    if (names.size() < most_names && !name.empty()) names.emplace(name);
  };
  for (const Call& call : function.calls) {
    add(call.name);
    add(base_name(plain_name(call.qualifier)));
  }
  for (const Local& local : function.locals) add(base_name(local.type));
}

void add_callees(UnitView side, Words& names) {
  std::vector<bool> taken(side.unit.functions.size(), false);
  for (int level = 0; level < levels_of_callees; ++level) {
    const Words known = names;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const Function& function = side.unit.functions[i];
      if (taken[i] || known.count(called_as(function.symbol)) == 0) continue;
      taken[i] = true;
      add_named(function, names);
    }
  }
}

/// Takes out names that many functions of the text have: which of them a call means is not known, and to read all of them takes
/// seconds where each command of a server is a class with the same methods.
void drop_common(UnitView before, UnitView after, Words& names) {
  constexpr int most_of_one_name = 4;
  for (const UnitView side : {before, after}) {
    std::map<std::string, int> count;
    for (const Function& function : side.unit.functions) ++count[std::string(called_as(function.symbol))];
    for (const auto& [name, times] : count) {
      if (times > most_of_one_name) names.erase(name);
    }
  }
}

}  // namespace

Words changed_definitions(std::string_view before, std::string_view after) {
  std::map<std::pair<std::string, std::string>, int> balance;
  for (auto& definition : definitions_of(before)) ++balance[std::move(definition)];
  for (auto& definition : definitions_of(after)) --balance[std::move(definition)];
  Words names;
  for (const auto& [definition, count] : balance) {
    if (count != 0) names.insert(definition.first);
  }
  return names;
}

Words changed_names(UnitView before, UnitView after) {
  Words names = changed_definitions(before.text, after.text);
  const std::map<Said, int> balance = balance_of(before, after);
  for (const auto& [said, count] : balance) {
    if (count != 0) names.emplace(called_as(said.first));
  }
  return names;
}

Words changed_names_of_headers(const flow::Request& request) {
  Words names;
  std::map<std::string_view, std::string_view> before;
  for (const std::uint32_t file : request.before.files) before[request.files[file].path] = request.files[file].text;
  std::size_t compared = 0;
  for (const std::uint32_t index : request.after.files) {
    const flow::File& file = request.files[index];
    const auto was = before.find(file.path);
    if (file.path == request.after.main || was == before.end() || was->second == file.text) continue;
    if (++compared > most_headers_compared) break;
    const Expected<Unit> old_unit = parse_unit(file.path, was->second);
    const Expected<Unit> new_unit = parse_unit(file.path, file.text);
    if (old_unit && new_unit) names.merge(changed_names({*old_unit, was->second}, {*new_unit, file.text}));
  }
  return names;
}

namespace {

/// What is asked for, and what it names.
class Asking {
 public:
  explicit Asking(flow::Request& request) : request_(request) {}

  void add(const Function& function, std::string_view text, std::vector<ByteRange>& asked) {
    asked.push_back(function.bytes);
    add_named(function, bodies_);
    const std::string code = without_comments(text);
    add_deduced(code, deduced_);
    for (const std::string_view word : identifiers_of(code)) {
      if (words_.size() < most_names) words_.emplace(word);
    }
  }

  /// False where nothing is asked for on a side: what only one side has is compared with nothing.
  bool finish(UnitView before, UnitView after) {
    if (request_.before.bodies.empty() || request_.after.bodies.empty()) return false;
    drop_common(before, after, bodies_);
    add_callees(before, bodies_);
    add_callees(after, bodies_);
    drop_common(before, after, bodies_);
    words_.insert(bodies_.begin(), bodies_.end());
    blank_unasked(request_.files[request_.before.files.front()].text, before.unit, request_.before.bodies, bodies_);
    blank_unasked(request_.files[request_.after.files.front()].text, after.unit, request_.after.bodies, bodies_);
    keep_telling_headers(request_, words_, deduced_);
    drop_common(before, after, words_);
    request_.names.assign(words_.begin(), words_.end());
    return true;
  }

 private:
  flow::Request& request_;
  Words bodies_, words_, deduced_;
};

}  // namespace

bool ask_for_changed(flow::Request& request, UnitView before, UnitView after, const Words& changed) {
  const std::map<Said, int> balance = balance_of(before, after);
  Asking asking(request);
  const auto choose = [&](UnitView side, std::vector<ByteRange>& asked) {
    for (const Function& function : side.unit.functions) {
      const std::string_view text = text_of(function, side.text);
      if (balance.at({function.symbol, text}) != 0 || names_one(text, changed)) asking.add(function, text, asked);
    }
  };
  choose(before, request.before.bodies);
  choose(after, request.after.bodies);
  return asking.finish(before, after);
}

bool ask_for_moved(flow::Request& request, UnitView before, const Function& was, UnitView after, const Function& is) {
  Asking asking(request);
  asking.add(was, text_of(was, before.text), request.before.bodies);
  asking.add(is, text_of(is, after.text), request.after.bodies);
  return asking.finish(before, after);
}

}  // namespace redtag::cpp
