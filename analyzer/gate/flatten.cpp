#include "gate/flatten.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "change/blob_id.h"

namespace redtag {
namespace {

using document::Member;
using document::Node;
using document::NodeType;

template <std::size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool calls_by_name(std::string_view key) {
  constexpr auto keys = std::to_array<std::string_view>({"component", "file", "id", "image", "include", "local", "name",
                                                         "project", "remote", "repo", "task", "template", "uses"});
  return among(keys, key);
}

/// Lists that only let a job run more often the longer they are.
bool is_filter(std::string_view key) {
  constexpr auto keys = std::to_array<std::string_view>({"branches", "paths", "tags", "types"});
  return among(keys, key);
}

/// `actions/checkout@v4`: another release of the host's own actions is routine; a branch is not.
std::string settled(std::string_view uses) {
  const auto at = uses.rfind('@');
  if (!uses.starts_with("actions/") || at == std::string_view::npos) return std::string(uses);
  const std::string_view version = uses.substr(at + 1);
  const bool release = version.size() > 1 && version.front() == 'v' &&
                       version.find_first_not_of("0123456789.", 1) == std::string_view::npos;
  return is_object_id(version) || release ? std::string(uses.substr(0, at)) + "@*" : std::string(uses);
}

/// redtag's own action or image without its version, which is weighed by itself.
std::string without_version(std::string_view text) { return std::string(text.substr(0, text.find_last_of("@:"))); }

/// `[redtag, check, --merge, a, b]`
void add_words(const Node& list, FoundCall& first) {
  std::string line;
  for (const Node& item : list.items) line += item.text + " ";
  std::string kind = call_kind(line);
  if (!kind.empty() && (!first || list.line < first.line)) first = {std::move(kind), "", list.line};
}

OnFailure failure_of(const Node& step) {
  const Node* shell = step.find("shell");
  return shell == nullptr || shell->text == "bash" || shell->text == "sh" ? OnFailure::Ends : OnFailure::GoesOn;
}

bool only_prints(const Node& step) {
  const Node* run = step.find("run");
  if (run == nullptr || !run->scalar()) return false;
  if (std::any_of(step.members.begin(), step.members.end(),
                  [](const Member& one) { return one.key != "run" && one.key != "name"; }))
    return false;
  const std::vector<std::string> lines = logical_lines(run->text);
  return std::all_of(lines.begin(), lines.end(),
                     [](const std::string& line) { return line.starts_with("echo ") && plain_line(line); });
}

}  // namespace

bool says_nothing(std::string_view key) {
  constexpr auto keys =
      std::to_array<std::string_view>({"after_script", "artifacts", "cache", "description", "desc", "displayName",
                                       "outputs", "permissions", "run-name", "summary"});
  return among(keys, key);
}

bool is_step_list(std::string_view key) {
  constexpr auto keys = std::to_array<std::string_view>({"cmds", "commands", "script", "steps"});
  return among(keys, key);
}

bool is_script(std::string_view key) {
  constexpr auto keys = std::to_array<std::string_view>({"args", "bash", "before_script", "cmd", "cmds", "command",
                                                         "commands", "entrypoint", "entry", "inlineScript",
                                                         "powershell", "pwsh", "run", "script", "sh"});
  return among(keys, key);
}

std::string value_of(const Node& root) {
  std::string text;
  std::vector<std::pair<const Node*, std::string>> open{{&root, ""}};
  while (!open.empty()) {
    const auto [at, lead] = open.back();
    open.pop_back();
    text += lead + at->tag;
    if (at->scalar()) {
      text += at->text + ";";
      continue;
    }
    for (auto item = at->items.rbegin(); item != at->items.rend(); ++item) open.emplace_back(&*item, "- ");
    for (auto member = at->members.rbegin(); member != at->members.rend(); ++member) {
      if (!says_nothing(member->key)) open.emplace_back(&member->value, member->key + ": ");
    }
  }
  return text;
}

std::vector<std::string> scalars_of(const Node& root) {
  std::vector<std::string> texts;
  std::vector<const Node*> open{&root};
  while (!open.empty()) {
    const Node* at = open.back();
    open.pop_back();
    if (at->scalar()) texts.push_back(at->text);
    for (const Node& item : at->items) open.push_back(&item);
    for (const Member& member : at->members) open.push_back(&member.value);
  }
  return texts;
}

FoundCall CallFinder::find(const Node& root, std::string_view key) const {
  FoundCall first;
  std::vector<std::pair<const Node*, std::string_view>> open{{&root, key}};
  while (!open.empty()) {
    const auto [at, name] = open.back();
    open.pop_back();
    if (at->type == NodeType::String) {
      FoundCall one = in_scalar(*at, name);
      if (one && (!first || one.line < first.line)) first = std::move(one);
    }
    if (is_script(name) && at->type == NodeType::Sequence) add_words(*at, first);
    for (const Node& item : at->items) open.emplace_back(&item, name);
    for (const Member& member : at->members) {
      if (!says_nothing(member.key)) open.emplace_back(&member.value, member.key);
    }
  }
  return first;
}

FoundCall CallFinder::in_scalar(const Node& node, std::string_view key) const {
  // A thing that only bears the name is none that is called: an image or an action has a place before it.
  const bool placed = (key != "name" && key != "id") || node.text.find('/') != std::string::npos;
  if (calls_by_name(key) && placed && (names_redtag(node.text) || leads_("uses " + node.text))) {
    const auto cut = node.text.find_last_of("@:");
    return {"uses", cut == std::string::npos ? "" : node.text.substr(cut + 1), node.line};
  }
  if (!is_script(key)) return {};
  std::uint32_t line = node.line;
  for (const std::string_view raw : split(node.text, '\n')) {
    // Lines of a block scalar stand below its key.
    for (const std::string& one : logical_lines(raw)) {
      if (leads_(one)) return {call_kind(one).empty() ? one : call_kind(one), "", line};
    }
    ++line;
  }
  for (const std::string& one : logical_lines(node.text)) {
    if (leads_(one)) return {call_kind(one).empty() ? one : call_kind(one), "", node.line};
  }
  return {};
}

/// Adds what stands below `node` to `facts`, under `path`.
void Flattener::add(const Node& node, const std::string& path, std::map<std::string, std::string>& facts) const {
  struct Open {
    const Node* node;
    std::string path;
    std::string_view key;
  };
  std::vector<Open> open{{&node, path, {}}};
  while (!open.empty()) {
    const Open at = std::move(open.back());
    open.pop_back();
    if (at.node->scalar()) {
      facts[at.path] = at.node->tag + scalar(*at.node, at.key, failure_);
    } else if (at.node->type == NodeType::Sequence) {
      facts[at.path] = list(*at.node, at.key);
    } else {
      if (at.node->members.empty()) facts[at.path] = "";
      for (const Member& member : at.node->members) {
        if (!says_nothing(member.key)) open.push_back({&member.value, at.path + "/" + member.key, member.key});
      }
    }
  }
}

std::string Flattener::scalar(const Node& node, std::string_view key, OnFailure failure) const {
  if (is_script(key) && node.type == NodeType::String) {
    std::string text;
    for (const std::string& line : script_form(node.text, failure, leads_).lines) text += line + "\n";
    return text;
  }
  if (key == "uses" || key == "image") return names_redtag(node.text) ? without_version(node.text) : settled(node.text);
  return node.text;
}

std::string Flattener::list(const Node& node, std::string_view key) const {
  const bool scalars =
      std::all_of(node.items.begin(), node.items.end(), [](const Node& item) { return item.scalar(); });
  if (is_step_list(key)) return scalars ? joined_script(node) : steps(node);
  // Entries beside the one that calls it (hooks of another repository, other included files) decide nothing about it.
  const bool some = !scalars && std::any_of(node.items.begin(), node.items.end(), [&](const Node& item) {
    return item.type == NodeType::Mapping && finder_.find(item, key);
  });
  std::vector<std::string> values;
  for (const Node& item : node.items) {
    if (!some || finder_.find(item, key)) values.push_back(value_of(item));
  }
  if (is_filter(key)) std::sort(values.begin(), values.end());
  std::string text;
  for (const std::string& value : values) text += value + "\n";
  return text;
}

/// One shell runs all entries.
std::string Flattener::joined_script(const Node& node) const {
  std::string text, form;
  for (const Node& item : node.items) text += item.text + "\n";
  for (const std::string& line : script_form(text, OnFailure::Ends, leads_).lines) form += line + "\n";
  return form;
}

/// What runs up to the last call: behind one that ends the job nothing can take its status back.
std::string Flattener::steps(const Node& node) const {
  std::size_t last = 0;
  bool sound = false, any = false;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (!finder_.find(node.items[i])) continue;
    sound = (!any || sound) && is_sound(node.items[i]);
    any = true;
    last = i;
  }
  std::string text;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (any && sound && i > last) break;
    const bool before = any && i < last && !finder_.find(node.items[i]);
    if (before && only_prints(node.items[i])) continue;
    text += step(node.items[i]) + "\n";
  }
  return text;
}

bool Flattener::is_sound(const Node& step) const {
  const Node* run = step.find("run");
  if (step.find("uses") != nullptr && run == nullptr) return true;
  if (run == nullptr || run->type != NodeType::String) return false;
  return script_form(run->text, failure_of(step), leads_).sound;
}

std::string Flattener::step(const Node& node) const {
  if (node.type != NodeType::Mapping) return value_of(node);
  std::map<std::string, std::string> keys;
  for (const Member& member : node.members) {
    if (member.key == "name" && (node.find("run") != nullptr || node.find("uses") != nullptr)) continue;
    if (says_nothing(member.key)) continue;
    keys[member.key] =
        member.value.scalar() ? scalar(member.value, member.key, failure_of(node)) : value_of(member.value);
    // `run: {command: …}` of another host.
    if (const Node* command = member.value.find("command"); member.key == "run" && command != nullptr)
      keys[member.key] += scalar(*command, "command", OnFailure::Ends);
  }
  std::string text = "- ";
  for (const auto& [key, value] : keys) text += key + ": " + value + "; ";
  return text;
}

}  // namespace redtag
