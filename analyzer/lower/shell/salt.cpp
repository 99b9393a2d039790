// Salt states: what a state does to the machine, told as the command that would do it (fact rows of `code`, path `salt`), and the command lines of
// `cmd` states as they stand. Pillars and top files declare values and targets, and do nothing.
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "lower/shell/carriers.h"
#include "lower/yaml_source.h"

namespace redtag::shell {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::size_t most_names = 200;  // that one state is about

/// One function of one state: `file.absent` with its arguments, a list of mappings of one key each.
struct Call {
  std::string function;
  const Node* arguments = nullptr;
  ByteRange bytes;
};

class States {
 public:
  States(const SourceFileView& file, const CarryingView& view) : file_(file), view_(view) {}

  Model run() {
    for (const Node& root : read_yaml(file_, Stack::Shell, model_)) {
      for (const Member& state : root.members) read_state(state);
    }
    return std::move(model_);
  }

 private:
  void read_state(const Member& state) {
    if (state.value.scalar()) return carry_call(state, {state.value.text, nullptr, state.value.bytes});
    for (const Node& item : state.value.items) {
      if (item.scalar()) carry_call(state, {item.text, nullptr, item.bytes});
    }
    for (const Member& module : state.value.members) {
      const ByteRange bytes{module.key_bytes.begin, std::max(module.key_bytes.end, module.value.bytes.end)};
      if (module.key.find('.') != std::string::npos) {
        carry_call(state, {module.key, &module.value, bytes});
        continue;
      }
      // The function as a word of its own: `pkg: [purged, …]`.
      for (const Node& item : module.value.items) {
        if (item.scalar()) carry_call(state, {module.key + "." + item.text, &module.value, bytes});
      }
      if (module.value.scalar() && !module.value.text.empty())
        carry_call(state, {module.key + "." + module.value.text, nullptr, bytes});
    }
  }

  static const Node* argument(const Call& call, std::string_view name) {
    if (call.arguments == nullptr) return nullptr;
    for (const Node& item : call.arguments->items) {
      if (const Node* found = item.find(name)) return found;
    }
    return call.arguments->find(name);
  }

  /// What a state is about: `names`, `pkgs`, `name`, or else the state's own name.
  static std::vector<Node> names_of(const Member& state, const Call& call) {
    std::vector<Node> names;
    for (const std::string_view key : {"names", "pkgs"}) {
      const Node* list = argument(call, key);
      if (list == nullptr) continue;
      for (const Node& item : list->items) {
        const Node* inner = item.members.empty() ? &item : nullptr;
        if (inner != nullptr && inner->scalar() && names.size() < most_names) names.push_back(*inner);
      }
    }
    const Node* name = argument(call, "name");
    if (names.empty() && name != nullptr && name->scalar()) names.push_back(*name);
    if (!names.empty()) return names;
    Node own;
    own.type = NodeType::String;
    own.text = state.key;
    own.bytes = state.key_bytes;
    names.push_back(std::move(own));
    return names;
  }

  void carry_call(const Member& state, const Call& call) {
    const Node* tried = argument(call, "test");
    if (tried != nullptr && lower_ascii(tried->text) == "true") return;
    CarriedText text;
    const bool command = call.function == "cmd.run" || call.function == "cmd.wait";
    for (const FactRowView& row : view_.view.facts.rows("code", call.function, "commands")) {
      if (row.path != "salt") continue;
      for (const Node& name : names_of(state, call)) add_told(row.value, name, text);
    }
    for (const Node& name : command ? names_of(state, call) : std::vector<Node>()) {
      PlacedText placed;
      placed.add(file_, name);
      text.text += placed.text;
      text.map.insert(text.map.end(), placed.map.begin(),
                      placed.map.begin() + static_cast<std::ptrdiff_t>(placed.text.size()));
      text.add_made("\n", file_.offset + name.bytes.end);
    }
    if (text.text.empty()) return;
    text.punch("{{", "}}");
    Carrier carrier;
    carrier.name = state.key + "/" + call.function;
    carrier.trigger = Trigger::Deploy;
    carry(text, std::move(carrier), file_, view_, model_);
  }

  /// `rm -rf {name}` with the name where it was written.
  void add_told(std::string_view words, const Node& name, CarriedText& text) const {
    const std::uint32_t at = file_.offset + name.bytes.begin;
    const std::string_view hole = "{name}";
    const std::size_t open = words.find(hole);
    text.add_made(words.substr(0, open), at);
    if (open != std::string_view::npos) {
      text.add_word(name.text, at);
      text.add_made(words.substr(open + hole.size()), at);
    }
    text.add_made("\n", file_.offset + name.bytes.end);
  }

  const SourceFileView& file_;
  const CarryingView& view_;
  Model model_;
};

}  // namespace

Model lower_salt(const SourceFileView& file, const CarryingView& view) { return States(file, view).run(); }

}  // namespace redtag::shell
