#include "lower/kubernetes/scripts.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "lower/around.h"

namespace redtag::kubernetes {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

/// What a shell would see, and where each byte of it stands in the image.
struct Script {
  std::string text;
  std::vector<std::uint32_t> map;
  ByteRange bytes;
};

constexpr std::array shells = std::to_array<std::string_view>({"sh", "bash", "dash", "ash", "zsh", "ksh"});

bool is_shell(std::string_view word) {
  word = word.substr(word.rfind('/') + 1);
  return std::find(shells.begin(), shells.end(), word) != shells.end();
}

/// `-c`, `-ec`, `-euxo pipefail -c` …: the script is the word behind it.
bool takes_script(std::string_view word) {
  return word.size() >= 2 && word.size() < 10 && word.front() == '-' && word[1] != '-' && word.back() == 'c';
}

bool is_script_name(std::string_view key) {
  return key.ends_with(".sh") || key.ends_with(".bash") || key.ends_with("_sh");
}

bool has_shebang(std::string_view text) {
  if (!text.starts_with("#!")) return false;
  const std::string_view line = trim(text.substr(2, text.find('\n') - 2));
  for (const std::string_view word : split(line, ' ')) {
    if (is_shell(word)) return true;
  }
  return false;
}

class Collector {
 public:
  Collector(const SourceFileView& file, const NodePlace& place, const Resource& object, const LoweringView& view,
            Model& model)
      : file_(file), place_(place), object_(object), view_(view), model_(model) {}

  /// Finds containers wherever they stand, and files of configuration.
  void look(const Node& root) {
    std::vector<std::pair<const Node*, std::string>> open{{&root, {}}};
    while (!open.empty()) {
      const auto [node, path] = open.back();
      open.pop_back();
      for (auto item = node->items.rbegin(); item != node->items.rend(); ++item) open.emplace_back(&*item, path);
      if (node->find("command") != nullptr || node->find("args") != nullptr) read_command(*node, path);
      if (const Node* script = node->find("script"); script != nullptr && script->type == NodeType::String) {
        hand_over(script_of(*script), path + named(*node) + ".script", node);
      }
      // A script template of Argo Workflows: its program gets the text as a file.
      const Node *source = node->find("source"), *program = node->find("command");
      if (source != nullptr && source->type == NodeType::String && program != nullptr && !program->items.empty() &&
          is_shell(program->items.front().text)) {
        hand_over(script_of(*source), path + ".source", node);
      }
      for (auto member = node->members.rbegin(); member != node->members.rend(); ++member) {
        open.emplace_back(&member->value, path.empty() ? member->key : path + "." + member->key);
      }
    }
    if (object_.type == "ConfigMap" || object_.type == "Secret") read_files(root);
  }

 private:
  static std::string named(const Node& container) {
    const Node* name = container.find("name");
    return name == nullptr || !name->scalar() ? std::string() : "." + name->text;
  }

  void read_command(const Node& container, const std::string& path) {
    std::vector<const Node*> words;
    for (const std::string_view key : {"command", "args"}) {
      const Node* list = container.find(key);
      if (list == nullptr) continue;
      if (list->type == NodeType::String) words.push_back(list);
      for (const Node& item : list->items) {
        if (item.scalar()) words.push_back(&item);
      }
    }
    if (words.empty()) return;
    const std::string where = path + named(container);
    if (!is_shell(words.front()->text)) {
      hand_over(line_of(words), where, &container);
      return;
    }
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
      if (takes_script(words[i]->text)) return hand_over(script_of(*words[i + 1]), where, &container);
    }
  }

  /// Words as a command line, each in single quotes where a shell would take it apart.
  [[nodiscard]] Script line_of(const std::vector<const Node*>& words) const {
    Script script;
    script.bytes = absolute(words.front()->bytes);
    for (const Node* word : words) {
      const ByteRange bytes = absolute(word->bytes);
      script.bytes.end = std::max(script.bytes.end, bytes.end);
      const bool plain =
          !word->text.empty() && word->text.find_first_of(" \t\n'\"\\$`;&|<>(){}*?#~!") == std::string::npos;
      std::string text = plain ? word->text : "'";
      if (!plain) {
        for (const char c : word->text) text += c == '\'' ? "'\\''" : std::string(1, c);
        text += '\'';
      }
      text += ' ';
      script.text += text;
      script.map.insert(script.map.end(), text.size(), bytes.begin);
    }
    script.map.push_back(script.bytes.end);
    return script;
  }

  /// A scalar's text, each byte traced to where it was written.
  [[nodiscard]] Script script_of(const Node& scalar) const {
    Script script;
    script.text = scalar.text;
    script.bytes = absolute(scalar.bytes);
    const std::uint32_t begin = place_.offset + scalar.bytes.begin;
    const std::string_view raw = file_.text.substr(begin, scalar.bytes.size());
    std::size_t at = 0;
    script.map.reserve(script.text.size() + 1);
    // The header of a block scalar is no part of it.
    if (raw.starts_with('|') || raw.starts_with('>')) at = std::min(raw.find('\n'), raw.size());
    for (const char c : script.text) {
      const bool folded = c == ' ' || c == '\n';
      std::size_t found = at;
      while (found < raw.size() && raw[found] != c && (folded ? raw[found] != '\n' : true)) ++found;
      if (found < raw.size()) at = found;
      script.map.push_back(script.bytes.begin + static_cast<std::uint32_t>(at));
      if (found < raw.size()) ++at;
    }
    script.map.push_back(script.bytes.end);
    return script;
  }

  [[nodiscard]] ByteRange absolute(ByteRange bytes) const { return place_.region(bytes).bytes; }

  void read_files(const Node& root) {
    const Node* data = root.find("data");
    if (data == nullptr) data = root.find("stringData");
    if (data == nullptr) return;
    for (const Member& file : data->members) {
      const bool script =
          file.value.type == NodeType::String && (is_script_name(file.key) || has_shebang(file.value.text));
      if (script) hand_over(script_of(file.value), "data." + file.key, nullptr);
    }
  }

  [[nodiscard]] Trigger trigger_of(std::string_view where) const {
    if (object_.type.ends_with("/CronJob") || object_.type.ends_with("/CronWorkflow")) return Trigger::Schedule;
    if (where.find("lifecycle") != std::string_view::npos || where.find("Probe") != std::string_view::npos)
      return Trigger::Event;
    if (where.starts_with("data.")) return Trigger::Unknown;
    return Trigger::Deploy;
  }

  /// Where a container's command runs, and what its variables choose.
  [[nodiscard]] Around around(const Node* container) const {
    Around found(view_.facts);
    found.say("object", object_.address);
    const Node* variables = container == nullptr ? nullptr : container->find("env");
    if (variables == nullptr) return found;
    for (const Node& variable : variables->items) {
      const Node *name = variable.find("name"), *value = variable.find("value");
      if (name != nullptr && value != nullptr) found.set(name->text, value->text);
    }
    return found;
  }

  void hand_over(const Script& script, const std::string& where, const Node* container) {
    Model inner = embed(Stack::Shell, file_, script.text, script.bytes, script.map, Certainty::Exact, view_);
    around(container).bind(inner.operations, script.text);
    const std::string name = object_.address + "/" + where;
    for (Procedure& procedure : inner.procedures) {
      std::string_view rest = procedure.address;
      if (rest.starts_with(file_.path)) rest.remove_prefix(file_.path.size());
      procedure.address = name + std::string(rest);
      if (procedure.trigger == Trigger::Unknown) procedure.trigger = trigger_of(where);
    }
    for (Safeguard& safeguard : inner.safeguards) {
      if (safeguard.protects.starts_with(file_.path))
        safeguard.protects = name + safeguard.protects.substr(file_.path.size());
    }
    append(model_, std::move(inner));
  }

  const SourceFileView& file_;
  const NodePlace& place_;
  const Resource& object_;
  const LoweringView& view_;
  Model& model_;
};

}  // namespace

void lower_scripts(const Node& root, const Resource& object, const SourceFileView& file, const NodePlace& place,
                   const LoweringView& view, Model& model) {
  Collector(file, place, object, view, model).look(root);
}

}  // namespace redtag::kubernetes
