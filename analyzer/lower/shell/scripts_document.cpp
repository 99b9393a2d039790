// Commands in a document: package.json and composer.json, Taskfiles, cloud-config.
#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "document/document.h"
#include "lower/encoded.h"
#include "lower/shell/carriers.h"
#include "lower/shell/destination.h"
#include "lower/shell/follow.h"
#include "lower/yaml_source.h"

namespace redtag::shell {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

std::string shell_name(std::string_view name) {
  std::string plain(name);
  std::replace_if(plain.begin(), plain.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return plain;
}

bool is_name(std::string_view text) {
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

/// What starts a package manager's script, by its name.
struct Start {
  std::string_view name;
  Trigger trigger;
};
constexpr std::array starts{
    Start{"install", Trigger::Event},
    Start{"preinstall", Trigger::Event},
    Start{"postinstall", Trigger::Event},
    Start{"prepare", Trigger::Event},
    Start{"prepublishOnly", Trigger::Event},
    Start{"post-install-cmd", Trigger::Event},
    Start{"post-update-cmd", Trigger::Event},
    Start{"start", Trigger::Boot},
    Start{"prestart", Trigger::Boot},
    Start{"heroku-postbuild", Trigger::Deploy},
    Start{"deploy", Trigger::Deploy},
    Start{"release", Trigger::Deploy},
    Start{"predeploy", Trigger::Deploy},
    Start{"postdeploy", Trigger::Deploy},
    Start{"test", Trigger::Test},
    Start{"pretest", Trigger::Test},
    Start{"posttest", Trigger::Test},
};

Trigger trigger_of(std::string_view name) {
  const auto found = std::find_if(starts.begin(), starts.end(), [&](const Start& start) { return start.name == name; });
  return found == starts.end() ? Trigger::ByHand : found->trigger;
}

class Documents {
 public:
  Documents(const SourceFileView& file, const CarryingView& view) : file_(file), view_(view) {}

  Model run(CommandFile kind) {
    const auto root = document::parse_yaml(file_.text, file_.path);
    if (!root) {
      const auto end = static_cast<std::uint32_t>(file_.offset + file_.text.size());
      if (!file_.partial)
        model_.gaps.push_back(
            {Region{file_.file, file_.side, {file_.offset, end}}, Stack::Shell, root.error().message});
      return std::move(model_);
    }
    if (kind == CommandFile::Packages) read_packages(*root);
    if (kind == CommandFile::Taskfile) read_taskfile(*root);
    if (kind == CommandFile::CloudConfig) read_cloud_config(*root);
    return std::move(model_);
  }

 private:
  [[nodiscard]] std::uint32_t offset(const Node& node) const { return file_.offset + node.bytes.begin; }

  /// Adds what a scalar stands for.
  void add(const Node& scalar, CarriedText& out) const {
    PlacedText placed;
    placed.add(file_, scalar);
    out.text += placed.text;
    out.map.insert(out.map.end(), placed.map.begin(),
                   placed.map.begin() + static_cast<std::ptrdiff_t>(placed.text.size()));
  }

  /// A scalar is a line of a shell, a list is the words of one command.
  void add_command(const Node& node, CarriedText& out) const {
    if (node.scalar()) {
      add(node, out);
    } else if (node.type == NodeType::Sequence) {
      CarriedText words;
      for (const Node& item : node.items) {
        const bool quoted = !file_.text.empty() && item.bytes.begin < file_.text.size() &&
                            (file_.text[item.bytes.begin] == '"' || file_.text[item.bytes.begin] == '\'');
        if (item.scalar()) words.add_word(item.text, offset(item) + (quoted ? 1 : 0));
      }
      out.text += words.text;
      out.map.insert(out.map.end(), words.map.begin(), words.map.end());
    }
    out.add_made("\n", file_.offset + node.bytes.end);
  }

  void read_packages(const Node& root) {
    const Node* scripts = root.find("scripts");
    if (scripts == nullptr || scripts->type != NodeType::Mapping) return;
    for (const Member& script : scripts->members) {
      CarriedText text;
      if (script.value.type == NodeType::Sequence) {  // composer: one command each
        for (const Node& item : script.value.items) {
          if (item.scalar() && !item.text.starts_with("@")) add_command(item, text);
        }
      } else {
        add_command(script.value, text);
      }
      Carrier carrier;
      carrier.name = script.key;
      carrier.trigger = trigger_of(script.key);
      carrier.on_failure = OnFailure::Stops;
      carry(text, std::move(carrier), file_, view_, model_);
    }
  }

  /// `{{.NAME}}` as a variable of the shell, anything else in braces as a hole.
  void translate(const CarriedText& from, CarriedText& out) const {
    const std::string_view text = from.text;
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t end = text.substr(i).starts_with("{{") ? text.find("}}", i) : std::string_view::npos;
      if (end == std::string_view::npos) {
        out.text += text[i];
        out.map.push_back(from.map[i]);
        ++i;
        continue;
      }
      std::string_view name = trim(text.substr(i + 2, end - i - 2));
      const bool plain = name.starts_with('.') && is_name(name.substr(1));
      if (plain) name.remove_prefix(1);
      out.add_made(plain ? "${" + shell_name(name) + "}" : hole(name), from.map[i]);
      i = end + 2;
    }
  }

  void set_all(const Node* variables, CarriedText& out) const {
    if (variables == nullptr) return;
    for (const Member& variable : variables->members) {
      if (!is_name(variable.key)) continue;
      CarriedText value;
      const Node* command = variable.value.find("sh");
      const std::uint32_t at = offset(variable.value);
      if (command == nullptr && !variable.value.scalar()) continue;
      add(command == nullptr ? variable.value : *command, value);
      out.add_made(shell_name(variable.key) + (command == nullptr ? "=\"" : "=$("), at);
      if (command == nullptr) std::replace(value.text.begin(), value.text.end(), '"', '\'');
      translate(value, out);
      out.add_made(command == nullptr ? "\"\n" : ")\n", at);
    }
  }

  void add_task_command(const Node& node, CarriedText& out) const {
    CarriedText line;
    if (node.scalar()) return add(node, line), translate(line, out), out.add_made("\n", file_.offset + node.bytes.end);
    for (const std::string_view key : {"cmd", "defer"}) {
      const Node* command = node.find(key);
      if (command == nullptr || !command->scalar()) continue;
      add(*command, line);
      translate(line, out);
      out.add_made("\n", file_.offset + command->bytes.end);
    }
    if (const Node* task = node.find("task"); task != nullptr && task->scalar()) {
      out.add_made("task ", offset(*task));
      add(*task, line);
      translate(line, out);
      out.add_made("\n", file_.offset + task->bytes.end);
    }
  }

  /// `dotenv: [.env, '{{.ENV}}/.env']`
  void add_loads(const Node* files) {
    if (files == nullptr || files->type != NodeType::Sequence) return;
    for (const Node& file : files->items) {
      if (!file.scalar() || !names_variables(file.text)) continue;
      const Region region{file_.file, file_.side,
                          ByteRange{offset(file), file_.offset + std::max(file.bytes.begin, file.bytes.end)}};
      model_.operations.push_back(load_of_file(file.text, region));
    }
  }

  void read_taskfile(const Node& root) {
    const Node* tasks = root.find("tasks");
    if (tasks == nullptr) return;
    add_loads(root.find("dotenv"));
    for (const Member& task : tasks->members) {
      if (task.value.type == NodeType::Mapping) add_loads(task.value.find("dotenv"));
      CarriedText text;
      set_all(root.find("vars"), text);
      set_all(task.value.find("vars"), text);
      if (const Node* prompt = task.value.find("prompt"); prompt != nullptr)
        text.add_made("read -p prompt REPLY\n", offset(*prompt));
      const Node* commands = task.value.type == NodeType::Mapping ? task.value.find("cmds") : &task.value;
      if (const Node* single = task.value.find("cmd"); single != nullptr) commands = single;
      if (commands != nullptr && commands->type == NodeType::Sequence) {
        for (const Node& command : commands->items) add_task_command(command, text);
      } else if (commands != nullptr) {
        add_task_command(*commands, text);
      }
      Carrier carrier;
      carrier.name = task.key;
      carrier.on_failure = OnFailure::Stops;
      carry(text, std::move(carrier), file_, view_, model_);
    }
  }

  [[nodiscard]] static bool overwrites(const Node& disk) {
    const Node* value = disk.find("overwrite");
    return value != nullptr && value->scalar() && (value->text == "true" || value->text == "True");
  }

  /// `disk_setup` and `fs_setup` that spare nothing: what stands on the device goes when the machine first starts.
  void read_disks(const Node& root) {
    CarriedText text;
    if (const Node* disks = root.find("disk_setup"); disks != nullptr) {
      for (const Member& disk : disks->members) {
        if (!overwrites(disk.value)) continue;
        const std::uint32_t at = offset(*disk.value.find("overwrite"));
        text.add_made("sgdisk --zap-all " + disk.key + "\n", at);
      }
    }
    if (const Node* systems = root.find("fs_setup"); systems != nullptr) {
      for (const Node& system : systems->items) {
        const Node* device = system.find("device");
        const Node* type = system.find("filesystem");
        if (!overwrites(system) || device == nullptr || !device->scalar()) continue;
        const std::string kind = type != nullptr && is_name(type->text) ? type->text : "ext4";
        text.add_made("mkfs." + kind + " -F " + device->text + "\n", offset(*system.find("overwrite")));
      }
    }
    Carrier carrier;
    carrier.name = "disks";
    carrier.trigger = Trigger::Boot;
    carry(text, std::move(carrier), file_, view_, model_);
  }

  void read_cloud_config(const Node& root) {
    read_disks(root);
    for (const std::string_view key : {"bootcmd", "runcmd"}) {
      const Node* commands = root.find(key);
      if (commands == nullptr) continue;
      CarriedText text;
      for (const Node& command : commands->items) add_command(command, text);
      Carrier carrier;
      carrier.name = key;
      carrier.trigger = Trigger::Boot;
      carry(text, std::move(carrier), file_, view_, model_);
    }
    const Node* files = root.find("write_files");
    if (files == nullptr) return;
    for (const Node& written : files->items) {
      const Node* content = written.find("content");
      const Node* path = written.find("path");
      if (content == nullptr || path == nullptr || !content->scalar()) continue;
      const std::optional<std::string> program = encoded_program(content->text);
      if (command_file(path->text, program ? *program : content->text) != CommandFile::Script) continue;
      CarriedText text;
      program ? text.add_made(*program, offset(*content)) : add(*content, text);
      Carrier carrier;
      carrier.name = path->text;
      carry(text, std::move(carrier), file_, view_, model_);
    }
  }

  const SourceFileView& file_;
  const CarryingView& view_;
  Model model_;
};

}  // namespace

Model lower_scripts_document(CommandFile kind, const SourceFileView& file, const CarryingView& view) {
  return Documents(file, view).run(kind);
}

}  // namespace redtag::shell
