#include "trait/rollback.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "base/text.h"

namespace redtag {

namespace {

struct Named {
  std::string_view name;
  std::string_view sentence;
};
#define REDTAG_REVERSE(enumerator, name, sentence) {name, sentence},
constexpr std::array words = std::to_array<Named>({
#include "trait/reverse.def"
});
#undef REDTAG_REVERSE

std::vector<const Operation*> operations_of(const Model& model, ProcedureId procedure) {
  std::vector<const Operation*> all;
  for (const Operation& operation : model.operations) {
    if (operation.procedure == procedure) all.push_back(&operation);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Operation* a, const Operation* b) { return a->position < b->position; });
  return all;
}

std::string_view argument_after(const Operation& operation, std::string_view word) {
  for (const Value& argument : operation.arguments) {
    if (argument.text.starts_with(word)) return std::string_view(argument.text).substr(word.size());
  }
  return {};
}

bool checks_existence(const Model& model, const Operation& operation) {
  if (argument_after(operation, "if not exists").data() != nullptr) return true;
  return std::any_of(model.safeguards.begin(), model.safeguards.end(), [&](const Safeguard& guard) {
    return guard.kind == SafeguardKind::ExistenceCheck && guard.region.file == operation.region.file &&
           guard.region.side == operation.region.side && guard.region.bytes.begin == operation.region.bytes.begin;
  });
}

bool holds_rows(const Operation& operation) {
  const std::string& object = operation.object;
  return object == "table" || object == "column" || object == "partition" || object == "schema" ||
         object == "database" || object == "collection" || object == "materialized view";
}

/// A thing without rows, whose name may be taken by another kind of thing.
std::string key_of(const Operation& operation) { return operation.object + ' ' + operation.target.text; }

enum class State : std::uint8_t {
  Made,      ///< it was not there before
  Gone,      ///< it was there and is not
  Remade,    ///< it went and was made again, empty
  Moved,     ///< it is there under this name, and was under another
  MovedOff,  ///< it was there under this name, and is under another
};

/// Where the data of something lost still stands, if anywhere.
class Losses {
 public:
  [[nodiscard]] bool any() const { return !lost_.empty(); }
  [[nodiscard]] bool beyond_reach() const {
    return std::any_of(lost_.begin(), lost_.end(), [](const auto& loss) { return loss.second.empty(); });
  }
  [[nodiscard]] std::string first() const { return lost_.empty() ? std::string() : lost_.begin()->first; }

  void lose(const Operation& operation) {
    // A question before it stops where rows are left.
    if (argument_after(operation, "only if it is empty").data() != nullptr) return;
    const std::string name = operation.target.text.empty() ? operation.text : operation.target.text;
    lost_[name] = carriers_of(operation);
  }
  void copy(const Operation& operation) {
    Copy made{operation.target.text,
              std::string(argument_after(operation, "into ")),
              operation.unbounded,
              argument_after(operation, "for this session").data() != nullptr,
              std::string(argument_after(operation, "only ")),
              {}};
    for (const Value& argument : operation.arguments) {
      if (argument.text.starts_with("reads ")) made.reads.insert(argument.text.substr(6));
    }
    for (auto loss = lost_.begin(); loss != lost_.end();) {
      const bool carries = loss->second.count(made.source) > 0;
      const bool home = made.into == loss->first || made.into == table_of(loss->first);
      if (carries && !home) loss->second.insert(made.into);
      loss = carries && home ? lost_.erase(loss) : std::next(loss);
    }
    copies_.push_back(std::move(made));
  }
  /// What stood in `name` is gone from there.
  void destroyed(const std::string& name) {
    for (auto& [lost, carriers] : lost_) carriers.erase(name);
  }
  void renamed(const std::string& from, const std::string& to, bool column) {
    for (auto loss = lost_.begin(); loss != lost_.end();) {
      const bool carried = loss->second.count(column ? table_of(from) : from) > 0;
      if (carried && to == loss->first) {
        loss = lost_.erase(loss);
        continue;
      }
      if (!column && loss->second.erase(from) > 0) loss->second.insert(to);
      ++loss;
    }
    for (Copy& copy : copies_) {
      if (copy.into == from) copy.into = to;
    }
  }
  /// What is filled for one session is gone when it ends.
  void end_session() {
    for (const Copy& copy : copies_) {
      if (copy.for_session) destroyed(copy.into);
    }
  }
  void put_back(const std::string& name) { lost_.erase(name); }
  [[nodiscard]] static std::string table_of(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos ? name : name.substr(0, dot);
  }

 private:
  struct Copy {
    std::string source;
    std::string into;
    bool whole = false;
    bool for_session = false;
    std::string only;
    std::set<std::string> reads;
  };
  [[nodiscard]] std::set<std::string> carriers_of(const Operation& operation) const {
    std::set<std::string> carriers;
    const std::string& name = operation.target.text;
    const bool column = operation.object == "column";
    const std::string table = column ? table_of(name) : name;
    for (const Copy& copy : copies_) {
      if (copy.source != table) continue;
      const bool reads =
          column && (copy.reads.count(name.substr(name.rfind('.') + 1)) > 0 || copy.reads.count("*") > 0);
      const bool same_rows =
          !copy.only.empty() && copy.only == "where " + std::string(argument_after(operation, "where "));
      if (column ? reads : copy.whole || (operation.object == "rows" && same_rows)) carriers.insert(copy.into);
    }
    return carriers;
  }

  std::map<std::string, std::set<std::string>> lost_;  // what → where its data still stands
  std::vector<Copy> copies_;
};

/// What stands after some operations, against what stood before them.
class Ledger {
 public:
  explicit Ledger(const Model& model) : model_(model) {}

  void run_up(const std::vector<const Operation*>& operations) {
    for (const Operation* operation : operations) up(*operation);
    losses_.end_session();
  }
  /// Stops at the first operation that would fail.
  void run_down(const std::vector<const Operation*>& operations) {
    for (const Operation* operation : operations) {
      if (stuck_ == nullptr) down(*operation);
    }
  }

  [[nodiscard]] const Operation* stuck() const { return stuck_; }
  [[nodiscard]] const Losses& losses() const { return losses_; }
  /// What is not as it was before, in words; empty if all of it is.
  [[nodiscard]] std::string left_over() const {
    for (const auto& [name, state] : states_) {
      if (state == State::Made && !inside_of(name, State::Made)) return name + " is still there";
      if (state == State::Gone && !inside_of(name, State::Gone)) return name + " is not made again";
      if (state == State::Moved) return name + " keeps its new name";
      if (state == State::Remade) return name + " stays as it was made anew";
    }
    if (!altered_.empty()) return altered_.begin()->substr(0, altered_.begin()->find(' ')) + " stays altered";
    if (!others_gone_.empty()) return *others_gone_.begin() + " is not made again";
    if (!others_made_.empty()) return *others_made_.begin() + " is still there";
    return extra_;
  }

 private:
  [[nodiscard]] bool is(std::string_view name, State state) const {
    const auto found = states_.find(std::string(name));
    return found != states_.end() && found->second == state;
  }
  /// The table of a column, or the schema of a table, is in that state.
  [[nodiscard]] bool inside_of(std::string_view name, State state) const {
    for (std::size_t dot = name.rfind('.'); dot != std::string_view::npos; dot = name.substr(0, dot).rfind('.')) {
      if (is(name.substr(0, dot), state)) return true;
    }
    return false;
  }
  void forget(const std::string& name) {
    states_.erase(name);
    const std::string inside = name + '.';
    for (auto it = states_.lower_bound(inside); it != states_.end() && it->first.starts_with(inside);)
      it = states_.erase(it);
  }
  /// What of a column an operation changes: its type, its default, whether it may be empty.
  [[nodiscard]] static std::string altered_part(const Operation& operation) {
    const std::string& action = operation.action;
    const std::string& name = operation.target.text;
    if (action == "alter-type") return name + " type";
    if (action == "set-default" || action == "drop-default") return name + " default";
    if (action == "set-not-null" || action == "drop-not-null") return name + " null";
    return action == "add-enum-value" ? name + " value" : std::string();
  }

  void up(const Operation& operation) {
    const std::string& name = operation.target.text;
    if (const std::string part = altered_part(operation); !part.empty()) {
      if (!operation.harmless_target && !inside_of(name, State::Made)) altered_.insert(part);
    } else if (operation.action == "add-cascade") {
      others_made_.insert(key_of(operation));
    } else if (operation.verb == Verb::Create) {
      create_up(operation);
    } else if (operation.verb == Verb::Destroy && holds_rows(operation)) {
      destroy(operation);
    } else if (operation.verb == Verb::Rename) {
      rename(operation.target.text, other_name(operation));
      losses_.renamed(name, other_name(operation), operation.object == "column");
    } else if (operation.action.starts_with("drop-") && !holds_rows(operation)) {
      if (others_made_.erase(key_of(operation)) == 0) others_gone_.insert(key_of(operation));
    } else if (operation.verb == Verb::Copy) {
      losses_.copy(operation);
    }
    const bool rows = operation.verb == Verb::Empty || operation.verb == Verb::Delete ||
                      operation.verb == Verb::Rewrite || operation.verb == Verb::Overwrite ||
                      operation.verb == Verb::Narrow;
    if (rows && !operation.harmless_target) losses_.lose(operation);
  }
  void create_up(const Operation& operation) {
    const std::string& name = operation.target.text;
    if (operation.harmless_target && operation.object != "column" && operation.object != "table") return;  // temporary
    if (!holds_rows(operation)) {
      if (others_gone_.erase(key_of(operation)) > 0) {
        altered_.insert(key_of(operation));  // another one of that name
      } else {
        others_made_.insert(key_of(operation));
      }
    } else if (is(name, State::Gone) || inside_of(name, State::Remade)) {
      states_[name] = State::Remade;
    } else if (is(name, State::MovedOff)) {
      states_[name] = State::Remade;
      taken_.insert(name);
    } else if (!is_temporary(operation)) {
      states_[name] = State::Made;
    }
  }
  [[nodiscard]] static bool is_temporary(const Operation& operation) { return operation.harmless_target; }

  void destroy(const Operation& operation) {
    const std::string& name = operation.target.text;
    const bool temporary = operation.harmless_target && !is(name, State::Made) && !inside_of(name, State::Made);
    if (temporary || !operation.target.known()) return;
    const bool made = is(name, State::Made) || inside_of(name, State::Made);
    losses_.destroyed(name);
    if (made) return forget(name);
    losses_.lose(operation);
    if (is(name, State::Moved)) {  // it goes under its new name; the old one stays away
      for (auto& [old, now] : moved_) {
        if (now == name && is(old, State::MovedOff)) states_[old] = State::Gone;
      }
      return forget(name);
    }
    forget(name);
    states_[name] = State::Gone;
  }
  [[nodiscard]] static std::string other_name(const Operation& operation) {
    const std::string to(argument_after(operation, "to "));
    const std::size_t dot = operation.target.text.rfind('.');
    if (operation.object != "column" || dot == std::string::npos) return to;
    return operation.target.text.substr(0, dot + 1) + to;
  }
  void rename(const std::string& from, const std::string& to) {
    if (is(from, State::Made)) {
      forget(from);
      states_[to] = is(to, State::Gone) || is(to, State::MovedOff) ? State::Remade : State::Made;
      return;
    }
    if (moved_.count(to) > 0 && moved_[to] == from) {  // back to where it was
      forget(from);
      forget(to);
      moved_.erase(to);
      return;
    }
    forget(from);
    states_[from] = State::MovedOff;
    states_[to] = State::Moved;
    moved_[from] = to;
  }

  void down(const Operation& operation) {
    if (const std::string part = altered_part(operation); !part.empty()) {
      altered_.erase(part);
      // A framework that declares a column again sets all of it: where no default is said, there is none.
      if (operation.action == "alter-type" && operation.stack != Stack::Sql)
        altered_.erase(operation.target.text + " default");
    } else if (operation.verb == Verb::Create || operation.action == "add-cascade") {
      make_again(operation);
    } else if (operation.verb == Verb::Destroy && holds_rows(operation)) {
      take_away(operation);
    } else if (operation.verb == Verb::Rename) {
      name_back(operation);
      losses_.renamed(operation.target.text, other_name(operation), operation.object == "column");
    } else if (operation.action.starts_with("drop-")) {
      others_made_.erase(key_of(operation));
      if (altered_.erase(key_of(operation)) > 0) others_gone_.insert(key_of(operation));
    } else if (operation.verb == Verb::Copy) {
      losses_.copy(operation);
    } else if (operation.action == "insert") {
      losses_.put_back(operation.target.text);
    }
  }
  void make_again(const Operation& operation) {
    const std::string& name = operation.target.text;
    if (!holds_rows(operation)) {
      others_gone_.erase(key_of(operation));
      return;
    }
    if ((is(name, State::Made) || is(name, State::Remade)) && !checks_existence(model_, operation)) {
      stuck_ = &operation;
    } else if (is(name, State::Gone)) {
      forget(name);
    } else if (inside_of(name, State::Gone)) {
      stuck_ = &operation;
    }
    if (!made_down_.insert(name).second && !checks_existence(model_, operation)) stuck_ = &operation;  // it is there
  }
  void take_away(const Operation& operation) {
    const std::string& name = operation.target.text;
    took_away_.insert(name);
    std::erase_if(others_made_, [&](const std::string&) { return operation.object != "column"; });
    losses_.destroyed(name);
    if (is(name, State::Made)) return forget(name);
    if (is(name, State::Remade)) {
      states_[name] = taken_.erase(name) > 0 ? State::MovedOff : State::Gone;
      if (is(name, State::Gone)) losses_.lose(operation);
      return;
    }
    if (is(name, State::Gone) || is(name, State::MovedOff) || inside_of(name, State::Gone)) {
      if (!checks_existence(model_, operation)) stuck_ = &operation;
      return;
    }
    if (made_down_.erase(name) > 0 || inside_of(name, State::Made) || checks_existence(model_, operation)) return;
    if (operation.target.known()) extra_ = name + " goes, which the way up did not make";
  }
  void name_back(const Operation& operation) {
    const std::string& from = operation.target.text;
    const std::string to = other_name(operation);
    const bool missing = is(from, State::Gone) || is(from, State::MovedOff);
    const bool taken = is(to, State::Moved) || is(to, State::Made) || is(to, State::Remade);
    if (missing || taken) {
      stuck_ = &operation;
      return;
    }
    if (made_down_.erase(from) > 0) {
      if (is(to, State::Gone)) forget(to);
      made_down_.insert(to);
      return;
    }
    rename(from, to);
  }

  const Model& model_;
  std::map<std::string, State> states_;
  std::map<std::string, std::string> moved_;  // name before → name now
  std::set<std::string> taken_;               // names that moved off, and that something new took
  std::set<std::string> altered_;
  std::set<std::string> others_gone_;
  std::set<std::string> others_made_;
  std::set<std::string> made_down_;
  std::set<std::string> took_away_;
  Losses losses_;
  const Operation* stuck_ = nullptr;
  std::string extra_;
};

const Operation* first_with(const std::vector<const Operation*>& operations, std::string_view action) {
  const auto found =
      std::find_if(operations.begin(), operations.end(), [&](const Operation* o) { return o->action == action; });
  return found == operations.end() ? nullptr : *found;
}

bool does_something(const Operation& operation) { return operation.action != "no-op"; }

}  // namespace

std::string_view reverse_name(Reverse reverse) { return words[static_cast<std::size_t>(reverse)].name; }
std::string_view reverse_sentence(Reverse reverse) { return words[static_cast<std::size_t>(reverse)].sentence; }

bool loses_data(const Model& model, ProcedureId procedure) {
  Ledger ledger(model);
  ledger.run_up(operations_of(model, procedure));
  return ledger.losses().beyond_reach();
}

ReverseEvidence judge_reverse(const Model& model, ProcedureId up, ProcedureId down) {
  const std::vector<const Operation*> forth = operations_of(model, up), back = operations_of(model, down);
  const Region whole = model.procedures[down.value].region;
  if (const Operation* raise = first_with(back, "raise"); raise != nullptr && raise->certainty == Certainty::Exact)
    return {Reverse::Raises, "it raises an error on purpose", raise->region};
  if (const Operation* stops = first_with(back, "cannot-reverse"))
    return {Reverse::CannotRun, "the framework cannot take `" + shortened(stops->text, 80) + "` back", stops->region};
  if (model.procedures[down.value].unread) return {Reverse::Unread, {}, whole};
  if (std::none_of(back.begin(), back.end(), [](const Operation* o) { return does_something(*o); }))
    return {Reverse::Empty, "it does nothing", whole};
  Ledger ledger(model);
  ledger.run_up(forth);
  ledger.run_down(back);
  if (const Operation* stuck = ledger.stuck())
    return {Reverse::CannotRun, "`" + shortened(stuck->text, 80) + "` meets another state than it needs",
            stuck->region};
  const std::string left = ledger.left_over();
  const bool code = first_with(back, "run-code") != nullptr || first_with(forth, "run-code") != nullptr;
  if (!left.empty()) return {code ? Reverse::Unread : Reverse::Partial, left, whole};
  if (ledger.losses().any())
    return {code ? Reverse::Unread : Reverse::Structure, ledger.losses().first() + " does not get its data back",
            whole};
  if (const Operation* unknown = first_with(forth, "run-code"))
    return {Reverse::Unread, "what `" + shortened(unknown->text, 80) + "` does is not known", whole};
  return {Reverse::Real, {}, whole};
}

}  // namespace redtag
