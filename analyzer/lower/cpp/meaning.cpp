#include "lower/cpp/meaning.h"

#include <algorithm>
#include <deque>

#include "base/c_names.h"
#include "base/text.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

constexpr int deepest_call = 3;
constexpr std::size_t most_blocks_back = 200;  // that a variable's value is looked for in

bool contains(ByteRange outer, ByteRange inner) { return outer.begin <= inner.begin && inner.end <= outer.end; }

bool says_rollback(std::string_view text) { return starts_with_ignoring_case(trim(text), "rollback"); }

}  // namespace

std::vector<std::string_view> identifiers_of(std::string_view text) {
  std::vector<std::string_view> found;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '"') {  // what a text says names nothing
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\') ++i;
      }
      ++i;
      continue;
    }
    if (!in_name(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && in_name(text[end])) ++end;
    const std::string_view word = text.substr(i, end - i);
    const bool number = word[0] >= '0' && word[0] <= '9';
    if (!number && std::find(found.begin(), found.end(), word) == found.end()) found.push_back(word);
    i = end;
  }
  return found;
}

Bodies::Bodies(const flow::Unit& unit) {
  std::set<std::string_view> twice;
  for (const flow::Summary& summary : unit.summaries) {
    by_symbol_.emplace(summary.symbol, &summary);
    if (!by_name_.emplace(base_name(summary.symbol), &summary).second) twice.insert(base_name(summary.symbol));
  }
  for (const std::string_view name : twice) by_name_.erase(name);
}

bool Bodies::have(std::string_view symbol, const std::function<bool(std::string_view)>& test) const {
  std::deque<std::pair<std::string_view, int>> waiting{{symbol, 0}};
  std::set<std::string_view> seen;
  while (!waiting.empty()) {
    const auto [name, depth] = waiting.front();
    waiting.pop_front();
    auto found = by_symbol_.find(name);
    if (found == by_symbol_.end()) {
      found = by_name_.find(base_name(name));
      if (found == by_name_.end()) continue;
    }
    if (!seen.insert(found->second->symbol).second) continue;
    for (const std::string& word : found->second->words) {
      if (test(word)) return true;
      if (depth + 1 < deepest_call) waiting.emplace_back(word, depth + 1);
    }
  }
  return false;
}

Meaning::Meaning(const Function& function, const flow::Function& ways, std::string_view text, const GuardWords& words,
                 const Bodies& bodies)
    : function_(function), ways_(ways), text_(text), words_(words), bodies_(bodies), before_(ways.blocks.size()) {
  for (std::uint32_t b = 0; b < ways_.blocks.size(); ++b) {
    for (const std::uint32_t next : ways_.blocks[b].next) {
      if (next != flow::no_block) before_[next].push_back(b);
    }
  }
  join();
  find_dismissals();
}

std::string_view Meaning::words(ByteRange bytes) const {
  return bytes.end <= text_.size() && bytes.begin <= bytes.end ? text_.substr(bytes.begin, bytes.size())
                                                               : std::string_view();
}

/// A step and a call are the same where their bytes are. What could not be resolved may hold several calls in one step.
void Meaning::join() {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> by_bytes;
  for (std::size_t i = 0; i < function_.calls.size(); ++i) {
    const Call& call = function_.calls[i];
    if (!call.name.empty()) by_bytes.emplace(std::pair{call.bytes.begin, call.bytes.end}, i);
  }
  std::set<std::size_t> taken;
  const auto each_call = [&](const auto& visit) {
    for (std::uint32_t b = 0; b < ways_.blocks.size(); ++b) {
      for (std::uint32_t e = 0; e < ways_.blocks[b].events.size(); ++e) {
        if (ways_.blocks[b].events[e].kind == flow::EventKind::Call) visit(StepId{b, e});
      }
    }
  };
  each_call([&](StepId step) {
    const auto found = by_bytes.find({event(step).bytes.begin, event(step).bytes.end});
    if (found == by_bytes.end()) return;
    calls_[{step.block, step.event}].push_back(found->second);
    if (taken.insert(found->second).second) steps_.emplace(found->second, step);
  });
  each_call([&](StepId step) {
    if (calls_.count({step.block, step.event}) > 0 || !event(step).name.empty()) return;
    for (auto at = by_bytes.lower_bound({event(step).bytes.begin, 0}); at != by_bytes.end(); ++at) {
      if (at->first.first >= event(step).bytes.end) break;
      if (at->first.second > event(step).bytes.end || !taken.insert(at->second).second) continue;
      calls_[{step.block, step.event}].push_back(at->second);
      steps_.emplace(at->second, step);
    }
  });
}

const std::vector<std::size_t>& Meaning::calls_at(StepId step) const {
  static const std::vector<std::size_t> none;
  const auto found = calls_.find({step.block, step.event});
  return found == calls_.end() ? none : found->second;
}

const StepId* Meaning::step_of(std::size_t call) const {
  const auto found = steps_.find(call);
  return found == steps_.end() ? nullptr : &found->second;
}

bool Meaning::named_call(const Call& call, std::string_view guard) const {
  if (call.use == Use::Asserted) return false;  // gone where assertions are off
  if (guard == "rollback-call" ? words_.takes_back(call, function_) : words_.names(guard, call.name)) return true;
  return guard == "rollback-call" &&
         std::any_of(call.arguments.begin(), call.arguments.end(),
                     [](const Argument& argument) { return argument.literal && says_rollback(*argument.literal); });
}

bool Meaning::body_does(std::string_view symbol, std::string_view guard) const {
  const std::string key = std::string(guard) + '\0' + std::string(symbol);
  const auto known = known_bodies_.find(key);
  if (known != known_bodies_.end()) return known->second;
  const bool does = bodies_.have(symbol, [&](std::string_view word) {
    return words_.names(guard, base_name(word)) || (guard == "rollback-call" && says_rollback(word));
  });
  known_bodies_.emplace(key, does);
  return does;
}

bool Meaning::call_does(const Call& call, std::string_view guard) const {
  if (named_call(call, guard)) return true;
  if (call.use == Use::Asserted || call.name == base_name(function_.symbol)) return false;
  return body_does(call.member || call.qualifier.empty() ? call.name : plain_name(call.qualifier) + "::" + call.name,
                   guard);
}

bool Meaning::call_asks(const Call& call, std::string_view guard) const {
  if (call.use == Use::Asserted || call.name == base_name(function_.symbol)) return false;
  return bodies_.have(call.name,
                      [&](std::string_view word) { return words_.names(guard, lower_ascii(base_name(word)) + "("); });
}

const flow::Event* Meaning::local_named(std::string_view name) const {
  for (const flow::Block& block : ways_.blocks) {
    for (const flow::Event& event : block.events) {
      if (event.kind == flow::EventKind::Local && event.name == name) return &event;
    }
  }
  return nullptr;
}

bool Meaning::does(StepId step, std::string_view guard) const {
  const flow::Event& at = event(step);
  const auto inside = [&](ByteRange bytes) {
    return std::any_of(function_.calls.begin(), function_.calls.end(),
                       [&](const Call& call) { return contains(bytes, call.bytes) && named_call(call, guard); });
  };
  if (at.kind == flow::EventKind::Call) {
    for (const std::size_t call : calls_at(step)) {
      if (call_does(function_.calls[call], guard)) return true;
      // A lambda that is called by its name.
      const flow::Event* lambda =
          function_.calls[call].qualifier.empty() ? local_named(function_.calls[call].name) : nullptr;
      if (lambda != nullptr && inside(lambda->bytes)) return true;
    }
    const bool resolved = !at.name.empty() && base_name(at.name) != base_name(function_.symbol);
    const bool asserted = std::any_of(calls_at(step).begin(), calls_at(step).end(), [&](std::size_t i) {
      const Call& call = function_.calls[i];
      const bool another = guard == "rollback-call" && words_.names(guard, call.name) && !named_call(call, guard);
      return call.use == Use::Asserted || another;
    });
    return resolved && !asserted && (words_.names(guard, base_name(at.name)) || body_does(at.name, guard));
  }
  if (at.kind != flow::EventKind::Destroy || dismissed(step)) return false;
  const flow::Event* local = local_named(at.name);
  if (local != nullptr && inside(local->bytes)) return true;
  if (guard == "rollback-call" && words_.names("rollback", base_name(at.type))) return true;
  return !at.type.empty() && body_does(at.type + "::~" + std::string(base_name(at.type)), guard);
}

bool Meaning::does_somewhere(std::string_view guard) const {
  const std::vector<bool> live = reached(ways_);
  for (std::uint32_t b = 0; b < ways_.blocks.size(); ++b) {
    for (std::uint32_t e = 0; live[b] && e < ways_.blocks[b].events.size(); ++e) {
      if (does({b, e}, guard)) return true;
    }
  }
  return false;
}

void Meaning::find_dismissals() {
  std::set<std::string> objects;
  for (const flow::Block& block : ways_.blocks) {
    for (const flow::Event& event : block.events) {
      if (event.kind == flow::EventKind::Destroy) objects.insert(event.name);
    }
  }
  for (const std::string& object : objects) {
    const auto lets_go = [&](StepId step) {
      return std::any_of(calls_at(step).begin(), calls_at(step).end(), [&](std::size_t i) {
        const Call& call = function_.calls[i];
        const bool through_it = call.member && plain_name(call.qualifier) == object;
        return through_it && words_.names("dismiss", call.name);
      });
    };
    const auto begins = [&](StepId step) {
      return event(step).kind == flow::EventKind::Local && event(step).name == object;
    };
    bool any = false;
    for (const auto& [place, calls] : calls_) any = any || lets_go({place.first, place.second});
    if (any) dismissed_[object] = maybe_behind(ways_, lets_go, begins);
  }
}

bool Meaning::dismissed(StepId step) const {
  const std::string& object = event(step).name;
  const auto found = dismissed_.find(object);
  if (found == dismissed_.end()) return false;
  bool gone = found->second[step.block];
  for (std::uint32_t e = 0; e < step.event; ++e) {
    for (const std::size_t i : calls_at({step.block, e})) {
      const Call& call = function_.calls[i];
      if (call.member && plain_name(call.qualifier) == object && words_.names("dismiss", call.name)) gone = true;
    }
  }
  return gone;
}

/// The first call in the bytes that says what is asked; `ok()` and its like only say that something is.
std::string Meaning::telling_call(ByteRange bytes) const {
  for (const Call& call : function_.calls) {
    if (!call.name.empty() && contains(bytes, call.bytes) && !words_.names("outcome", call.name)) return call.name;
  }
  return {};
}

/// The value that a variable most nearly had before a block's decision.
const flow::Event* Meaning::last_store(std::string_view name, std::uint32_t block) const {
  std::deque<std::uint32_t> waiting{block};
  std::set<std::uint32_t> seen{block};
  for (std::size_t step = 0; step < most_blocks_back && !waiting.empty(); ++step) {
    const std::uint32_t at = waiting.front();
    waiting.pop_front();
    const std::vector<flow::Event>& events = ways_.blocks[at].events;
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (event->kind == flow::EventKind::Store && event->name == name) return &*event;
    }
    for (const std::uint32_t from : before_[at]) {
      if (seen.insert(from).second) waiting.push_back(from);
    }
  }
  return nullptr;
}

std::string Meaning::subject_of(std::uint32_t block) const {
  const ByteRange condition = ways_.blocks[block].condition;
  if (std::string call = telling_call(condition); !call.empty()) return call;
  const std::string_view text = words(condition);
  for (const std::string_view name : identifiers_of(text)) {
    const flow::Event* store = last_store(name, block);
    if (store == nullptr) continue;
    if (std::string call = telling_call(store->bytes); !call.empty()) return call;
  }
  std::string plain;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '(' && c != ')' && c != '!') plain += c;
  }
  return plain;
}

std::vector<std::string> Meaning::asked(std::uint32_t block) const {
  const std::string_view text = words(ways_.blocks[block].condition);
  std::vector<std::string> out{lower_ascii(text)};
  for (const std::string_view name : identifiers_of(text)) {
    const flow::Event* store = local_named(name) == nullptr ? nullptr : last_store(name, block);
    if (store != nullptr && store->bytes.size() < 200) out.push_back(lower_ascii(words(store->bytes)));
  }
  add_hidden_calls(block, out);
  return out;
}

/// What a macro calls lies where the macro is used, and its name does not.
void Meaning::add_hidden_calls(std::uint32_t block, std::vector<std::string>& asked) const {
  constexpr int most_blocks = 4;
  const ByteRange condition = ways_.blocks[block].condition;
  for (int i = 0; i < most_blocks; ++i) {
    for (const flow::Event& event : ways_.blocks[block].events) {
      if (event.kind != flow::EventKind::Call || event.name.empty() || event.bytes != condition) continue;
      std::string name = lower_ascii(base_name(event.name)) + "(";
      if (asked[0].find(name) == std::string::npos) asked.push_back(std::move(name));
    }
    if (before_[block].size() != 1 || ways_.blocks[before_[block][0]].next.size() != 1) return;
    block = before_[block][0];
  }
}

std::string_view Meaning::local_type(std::string_view name) const {
  const flow::Event* local = local_named(name);
  return local == nullptr ? std::string_view() : std::string_view(local->type);
}

}  // namespace redtag::cpp
