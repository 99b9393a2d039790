#include "lower/cpp/assistant.h"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "lower/cpp/interest.h"
#include "lower/cpp/lowering.h"
#include "lower/cpp/names.h"
#include "lower/cpp/parse.h"
#include "lower/cpp/slice.h"

namespace redtag::cpp {

namespace {

// What is written by programs is large, and its functions are no one's to read path by path.
constexpr std::size_t largest_text = std::size_t{384} << 10;

/// Whether all that is told of a function lies in its text: another program's word for it is not enough.
bool fits(const flow::Function& ways, std::size_t size) {
  return ways.bytes.end <= size && std::all_of(ways.blocks.begin(), ways.blocks.end(), [&](const flow::Block& block) {
           return block.condition.end <= size &&
                  std::all_of(block.events.begin(), block.events.end(),
                              [&](const flow::Event& event) { return event.bytes.end <= size; });
         });
}

/// Functions of a side by the place of their names.
void attach(LoweredUnit& lowered, const flow::Unit& told, const SourceFileView& file) {
  std::map<std::uint32_t, GuardedFunction*> by_end;
  for (GuardedFunction& function : lowered.functions) by_end[function.function->header.end] = &function;
  for (const flow::Function& ways : told.functions) {
    if (ways.path != file.path || !fits(ways, file.text.size())) continue;
    const auto found = by_end.lower_bound(ways.header.begin + 1);
    if (found == by_end.end() || found->second->function->header.begin > ways.header.begin) continue;
    found->second->ways = &ways;
  }
}

/// How much of what both call is the same, from 0 to 1.
double likeness(const Function& a, const Function& b) {
  std::map<std::string_view, int> calls;
  for (const Call& call : a.calls) ++calls[call.name];
  std::size_t same = 0;
  for (const Call& call : b.calls) {
    if (calls[call.name]-- > 0) ++same;
  }
  const std::size_t most = std::max(a.calls.size(), b.calls.size());
  return most == 0 ? 0 : static_cast<double>(same) / static_cast<double>(most);
}

using Matches = std::vector<std::pair<GuardedFunction*, GuardedFunction*>>;

/// What of one file's functions went to, or came from, another file: names by side.
struct Elsewhere {
  Words gone;
  Words come;
};

Elsewhere elsewhere(const Moves& moves, std::string_view before_path, std::string_view after_path) {
  Elsewhere names;
  for (const Move& move : moves.moves) {
    if (move.from_path == before_path) names.gone.insert(move.from_name);
    if (move.to_path == after_path) names.come.insert(move.to_name);
  }
  return names;
}

/// By symbol in order, then by what they call: a function under a new name is the one that it was.
Matches match(LoweredUnit& before, LoweredUnit& after, const Elsewhere& moved) {
  Matches matches;
  std::map<std::string_view, std::vector<GuardedFunction*>> waiting;
  for (GuardedFunction& function : before.functions) waiting[function.function->symbol].push_back(&function);
  std::vector<GuardedFunction*> fresh;
  for (GuardedFunction& function : after.functions) {
    const auto found = waiting.find(function.function->symbol);
    if (found == waiting.end() || found->second.empty()) {
      fresh.push_back(&function);
      continue;
    }
    matches.emplace_back(found->second.front(), &function);
    found->second.erase(found->second.begin());
  }
  constexpr double alike = 0.7;
  constexpr std::size_t enough_calls = 3;
  for (auto& [symbol, left] : waiting) {
    for (GuardedFunction* function : left) {
      const bool gone = moved.gone.count(called_as(function->function->symbol)) > 0;
      if (gone || function->function->calls.size() < enough_calls) continue;
      for (GuardedFunction*& other : fresh) {
        if (other == nullptr || moved.come.count(called_as(other->function->symbol)) > 0 ||
            likeness(*function->function, *other->function) < alike)
          continue;
        for (Safeguard& guard : function->guards) guard.protects = other->function->symbol;
        matches.emplace_back(function, other);
        other = nullptr;
        break;
      }
    }
  }
  return matches;
}

void sharpen_pair(std::span<const SourceFileView> views, std::span<LoweredUnit> lowered, const flow::Answer& answer,
                  const LoweringView& view, const Elsewhere& moved) {
  attach(lowered[0], answer.before, views[0]);
  attach(lowered[1], answer.after, views[1]);
  const Bodies before(answer.before), after(answer.after);
  const GuardWords words(view.facts);
  const SharpenView sharpening{views[0], views[1], before, after, words};
  for (const auto& [was, is] : match(lowered[0], lowered[1], moved)) sharpen(*was, *is, sharpening);
}

}  // namespace

namespace {

/// Where two texts begin to differ, as the line on one side.
ByteRange first_difference(std::string_view text, std::string_view other) {
  const auto [mine, theirs] = std::mismatch(text.begin(), text.end(), other.begin(), other.end());
  const auto at = static_cast<std::size_t>(mine - text.begin());
  const std::size_t begin = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t end = text.find('\n', at);
  return {static_cast<std::uint32_t>(begin == std::string_view::npos ? 0 : begin + 1),
          static_cast<std::uint32_t>(end == std::string_view::npos ? text.size() : end)};
}

/// Adds a function of another file to a header's model as what stands around the change: no subject but for its safeguards.
void adopt(GuardedFunction& function, LoweredUnit& from, LoweredUnit& into, const SourceFileView& file,
           ByteRange place) {
  const Region region{file.file, file.side, place};
  const auto id = static_cast<std::uint32_t>(into.model.procedures.size());
  for (std::size_t i = 0; i < from.model.procedures.size(); ++i) {
    if (from.model.procedures[i].address != function.function->symbol) continue;
    Procedure procedure = from.model.procedures[i];
    procedure.region = region;
    procedure.subject = false;
    into.model.procedures.push_back(std::move(procedure));
    for (Operation operation : from.model.operations) {
      if (operation.procedure.value != i) continue;
      operation.procedure.value = id;
      operation.region = region;
      operation.subject = false;
      into.model.operations.push_back(std::move(operation));
    }
    break;
  }
  GuardedFunction adopted;
  for (Safeguard& guard : function.guards) {
    guard.region = region;
    adopted.guards.push_back(std::move(guard));
  }
  into.functions.push_back(std::move(adopted));
}

}  // namespace

/// What a changed header does to unchanged files that include it: a macro that no longer rolls back, an object that no longer locks.
/// The place of such a loss is the header's change.
void ClangAssistant::look_at_includers(std::span<const SourceFileView> views, std::span<LoweredUnit> lowered,
                                       const LoweringView& view, Assisted& result) {
  if (!is_header(views[1].path)) return;
  const Expected<Unit> before = parse_unit(views[0].path, views[0].text),
                       after = parse_unit(views[1].path, views[1].text);
  if (!before || !after) return;
  const Words changed = changed_names({*before, views[0].text}, {*after, views[1].text});
  for (const std::string& path : surroundings_.includers_of(std::string(views[1].path))) {
    const std::string text(surroundings_.text_of(path));
    const Expected<Unit> unit = parse_unit(path, text);
    if (!unit || text.empty() || text.size() > largest_text) continue;
    flow::Request request = surroundings_.request(path, text, path, text);
    if (!ask_for_changed(request, {*unit, text}, {*unit, text}, changed)) continue;
    const Expected<flow::Answer> told = client_.ask(request);
    if (!told) {
      result.trouble = told.error().message;
      return;
    }
    SourceFileView both[2] = {views[0], views[1]};
    for (SourceFileView& side : both) {
      side.path = path;
      side.text = text;
      side.twin = nullptr;
    }
    std::vector<LoweredUnit> sides(2);
    for (std::size_t i = 0; i < 2; ++i) sides[i] = lower_unit(*unit, both[i], view);
    sharpen_pair(both, sides, *told, view, {});
    const ByteRange places[2] = {first_difference(views[0].text, views[1].text),
                                 first_difference(views[1].text, views[0].text)};
    for (std::size_t f = 0; f < sides[0].functions.size(); ++f) {
      if (sides[0].functions[f].ways == nullptr || sides[1].functions[f].ways == nullptr) continue;
      for (std::size_t i = 0; i < 2; ++i) adopt(sides[i].functions[f], sides[i], lowered[i], views[i], places[i]);
    }
  }
}

namespace {

void forget_ways(LoweredUnit& side) {
  for (GuardedFunction& function : side.functions) function.ways = nullptr;
}

/// The function of that name; nullptr where there is none, or several.
GuardedFunction* only_named(LoweredUnit& side, std::string_view name) {
  GuardedFunction* found = nullptr;
  for (GuardedFunction& function : side.functions) {
    if (called_as(function.function->symbol) != name) continue;
    if (found != nullptr) return nullptr;
    found = &function;
  }
  return found;
}

}  // namespace

std::string ClangAssistant::absent() const {
  if (access(program_.c_str(), X_OK) == 0) return {};
  return "redtag-clang is not beside redtag: C and C++ were read without types and control flow";
}

std::vector<std::string> ClangAssistant::remarks() const {
  std::vector<std::string> out;
  constexpr std::size_t most = 5;
  for (const std::string& word : surroundings_.refused()) {
    if (out.size() < most) out.push_back("compile_commands.json asks for `" + word + "`, which was not done");
  }
  return out;
}

void ClangAssistant::gather(const ChangeSet& changes, SourceTree& before, SourceTree& after) {
  surroundings_.gather(changes, before, after);
  moves_ = find_moves(changes);
}

/// What functions of a unit call that another changed file has taken over, or gave up: a helper that is new there.
void ClangAssistant::add_distant_bodies(flow::Unit& told, const Unit& unit,
                                        const std::map<std::string, std::string>& paths,
                                        const std::map<std::string, std::string>& texts) const {
  constexpr std::size_t most_files = 8;
  std::map<std::string, Words> wanted;
  for (const Function& function : unit.functions) {
    for (const Call& call : function.calls) {
      const auto found = paths.find(call.name);
      if (found != paths.end() && (wanted.size() < most_files || wanted.count(found->second) > 0))
        wanted[found->second].insert(call.name);
    }
  }
  for (const auto& [path, names] : wanted) {
    const auto text = texts.find(path);
    if (text == texts.end() || text->second.size() > largest_text) continue;
    const Expected<Unit> other = parse_unit(path, text->second);
    if (!other) continue;
    for (const Function& function : other->functions) {
      if (names.count(called_as(function.symbol)) == 0) continue;
      flow::Summary summary{function.symbol, {}};
      for (const Call& call : function.calls) {
        if (!call.name.empty()) summary.words.push_back(call.name);
        for (const Argument& argument : call.arguments) {
          if (argument.literal) summary.words.push_back(*argument.literal);
        }
      }
      told.summaries.push_back(std::move(summary));
    }
  }
}

/// A function that is in another file on the other side. Both files' processes compare the same two functions; each keeps its side.
void ClangAssistant::look_at_moves(std::span<const SourceFileView> views, std::span<const Expected<Unit>> units,
                                   std::span<LoweredUnit> lowered, const LoweringView& view, Assisted& result) {
  constexpr std::size_t most_moves = 24;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const bool leaves = views[i].side == Side::Before;
    for (const Move& move : moves_.moves) {
      if ((leaves ? move.from_path : move.to_path) != views[i].path || !units[i] || ++compared > most_moves) continue;
      compare_moved(views[i], *units[i], lowered[i], move, view, result);
      if (!result.trouble.empty()) return;
    }
  }
}

void ClangAssistant::compare_moved(const SourceFileView& mine, const Unit& my_unit, LoweredUnit& my_side,
                                   const Move& move, const LoweringView& view, Assisted& result) {
  const bool leaves = mine.side == Side::Before;
  const auto& texts = leaves ? moves_.after : moves_.before;
  const auto text = texts.find(leaves ? move.to_path : move.from_path);
  if (text == texts.end() || std::max(text->second.size(), mine.text.size()) > largest_text) return;
  const Expected<Unit> other_unit = parse_unit(text->first, text->second);
  if (!other_unit) return;
  SourceFileView other = mine;
  other.path = text->first;
  other.text = text->second;
  other.side = leaves ? Side::After : Side::Before;
  other.twin = nullptr;
  LoweredUnit other_side = lower_unit(*other_unit, other, view);
  GuardedFunction* was = only_named(leaves ? my_side : other_side, move.from_name);
  GuardedFunction* is = only_named(leaves ? other_side : my_side, move.to_name);
  if (was == nullptr || is == nullptr) return;
  const SourceFileView& before = leaves ? mine : other;
  const SourceFileView& after = leaves ? other : mine;
  const UnitView units[2] = {{leaves ? my_unit : *other_unit, before.text},
                             {leaves ? *other_unit : my_unit, after.text}};
  flow::Request request =
      surroundings_.request(std::string(before.path), before.text, std::string(after.path), after.text);
  if (!ask_for_moved(request, units[0], *was->function, units[1], *is->function)) return;
  Expected<flow::Answer> told = client_.ask(request);
  if (!told) {
    result.trouble = told.error().message;
    return;
  }
  add_distant_bodies(told->after, units[1].unit, moves_.appeared, moves_.after);
  attach(leaves ? my_side : other_side, told->before, before);
  attach(leaves ? other_side : my_side, told->after, after);
  const Bodies bodies_before(told->before), bodies_after(told->after);
  const GuardWords words(view.facts);
  sharpen(*was, *is, {before, after, bodies_before, bodies_after, words});
  for (Safeguard& guard : was->guards) guard.protects = is->function->symbol;
  forget_ways(my_side);
}

void ClangAssistant::ask_about_pair(std::span<const SourceFileView> views, std::span<const Expected<Unit>> units,
                                    std::span<LoweredUnit> lowered, const LoweringView& view, Assisted& result) {
  flow::Request request =
      surroundings_.request(std::string(views[0].path), views[0].text, std::string(views[1].path), views[1].text);
  const UnitView before{*units[0], views[0].text}, after{*units[1], views[1].text};
  Words changed = changed_names_of_headers(request);
  changed.merge(changed_definitions(before.text, after.text));
  if (ask_for_changed(request, before, after, changed)) {
    Expected<flow::Answer> told = client_.ask(request);
    if (!told) {
      result.trouble = told.error().message;
      return;
    }
    add_distant_bodies(told->before, *units[0], moves_.vanished, moves_.before);
    add_distant_bodies(told->after, *units[1], moves_.appeared, moves_.after);
    sharpen_pair(views, lowered, *told, view, elsewhere(moves_, views[0].path, views[1].path));
    // The answer goes, and what points into it must not stay.
    for (LoweredUnit& side : lowered) forget_ways(side);
  }
  look_at_includers(views, lowered, view, result);
}

Assisted ClangAssistant::lower(std::span<const SourceFileView> views, const LoweringView& view) {
  Assisted result;
  std::vector<Expected<Unit>> units;
  for (const SourceFileView& file : views) units.push_back(parse_unit(file.path, file.text));
  std::vector<LoweredUnit> lowered(views.size());
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (units[i]) lowered[i] = lower_unit(*units[i], views[i], view);
  }
  const bool pair =
      views.size() == 2 && views[0].side == Side::Before && views[1].side == Side::After && units[0] && units[1];
  const bool whole = std::none_of(views.begin(), views.end(),
                                  [](const SourceFileView& file) { return file.partial || file.offset != 0; });
  if (pair && whole && std::max(views[0].text.size(), views[1].text.size()) > largest_text) {
    result.trouble = "too large for redtag-clang";
  } else if (pair && whole && views[0].text != views[1].text) {
    ask_about_pair(views, units, lowered, view, result);
  }
  if (whole && result.trouble.empty()) look_at_moves(views, units, lowered, view, result);
  for (std::size_t i = 0; i < views.size(); ++i) {
    result.models.push_back(units[i] ? whole_model(std::move(lowered[i]))
                                     : unread_model(views[i], units[i].error().message));
  }
  return result;
}

}  // namespace redtag::cpp
