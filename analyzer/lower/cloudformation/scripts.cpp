// Command lines inside of templates: what a machine runs at boot, what a build runs, what a document sends to a fleet.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "lower/cloudformation/declare.h"
#include "lower/encoded.h"
#include "lower/yaml_source.h"

namespace redtag::cloudformation {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr unsigned deepest = 64;

/// Adds the text that a value stands for; a part that only the platform knows comes out as `${Name}`.
void add_text(const SourceFileView& file, const Node& node, unsigned depth, PlacedText& into) {
  if (depth > deepest) return;
  const auto call = Evaluator::call_of(node);
  if (!call || (call->tagged && (call->name == "Base64" || call->name == "Sub") && node.scalar())) {
    if (node.scalar()) into.add(file, node);
    if (call && call->name == "Sub") {
      for (std::size_t at = into.text.find("${!"); at != std::string::npos; at = into.text.find("${!", at))
        into.erase(at + 2, 1);
    }
    return;
  }
  const Node& argument = *call->argument;
  if (call->name == "Base64") {
    if (!call->tagged) return add_text(file, argument, depth + 1, into);
    if (argument.type == NodeType::Mapping && argument.members.size() == 1) {  // `!Base64` before a long form
      Node inner = argument;
      inner.tag.clear();
      return add_text(file, inner, depth + 1, into);
    }
    return;
  }
  if (call->name == "Sub") {
    const Node& text = argument.type == NodeType::Sequence && !argument.items.empty() ? argument.items[0] : argument;
    into.add(file, text);
    for (std::size_t at = into.text.find("${!"); at != std::string::npos; at = into.text.find("${!", at))
      into.erase(at + 2, 1);
    return;
  }
  if (call->name == "Join" && argument.items.size() == 2 && argument.items[0].scalar()) {
    for (const Node& part : argument.items[1].items) {
      if (!into.text.empty() && !argument.items[0].text.empty())
        into.add(argument.items[0].text, file.offset + part.bytes.begin);
      add_text(file, part, depth + 1, into);
    }
    return;
  }
  const std::string name = argument.scalar() ? argument.text : std::string(call->name);
  into.add("${" + name + "}", file.offset + node.bytes.begin);
}

void blank(PlacedText& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) text.text[i] = ' ';
}

/// `cloud-init-per FREQUENCY NAME command …` runs the command.
void strip_cloud_init(PlacedText& text, std::size_t begin, std::size_t end) {
  constexpr std::string_view word = "cloud-init-per";
  const std::string_view line = std::string_view(text.text).substr(begin, end - begin);
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || !line.substr(first).starts_with(word)) return;
  std::size_t at = first + word.size();
  for (int words = 0; words < 2 && at != std::string_view::npos; ++words) {
    at = line.find_first_not_of(" \t", at);
    if (at != std::string_view::npos) at = line.find_first_of(" \t", at);
  }
  if (at != std::string_view::npos) blank(text, begin, begin + at);
}

/// What cloud-init wraps around scripts is no shell: of a message in parts, only those that are scripts are kept.
void keep_scripts(PlacedText& text) {
  const std::string_view start = trim(text.text);
  const bool message = start.starts_with("Content-Type: multipart") || start.starts_with("MIME-Version");
  bool script = !message, header = message, typed = false;
  for (std::size_t at = 0; at < text.text.size();) {
    const std::size_t end = std::min(text.text.find('\n', at), text.text.size());
    const std::string line = lower_ascii(trim(std::string_view(text.text).substr(at, end - at)));
    if (message && line.starts_with("--")) {
      script = false;
      header = true;
      typed = false;
    } else if (header && line.starts_with("content-type:")) {
      typed = line.find("boothook") != std::string::npos || line.find("shellscript") != std::string::npos;
    } else if (header && (line.empty() || line.starts_with("#"))) {
      header = false;
      script = typed || line.starts_with("#!") || line.starts_with("#cloud-boothook");
    }
    if (script && !header) {
      strip_cloud_init(text, at, end);
    } else {
      blank(text, at, end);
    }
    at = end + 1;
  }
}

class Scripts {
 public:
  Scripts(const SourceFileView& file, const std::string& owner, const LoweringView& view, Model& model)
      : file_(file), owner_(owner), view_(view), model_(model) {}

  void boot(const Node& node) {
    PlacedText text;
    add_text(file_, node, 0, text);
    if (auto program = encoded_program(text.text)) {
      const std::uint32_t place = text.map.empty() ? 0 : text.map.front();
      text.text = std::move(*program);
      text.map.assign(text.text.size() + 1, place);
    }
    if (text.text.find("<powershell>") != std::string::npos) return;
    keep_scripts(text);
    lower(text, "UserData", Trigger::Boot, Certainty::Likely);
  }

  /// `AWS::CloudFormation::Init`: commands of each configuration set.
  void init(const Node& metadata) {
    const Node* init = last_member(metadata, "AWS::CloudFormation::Init");
    if (init == nullptr) return;
    for (const Member& config : init->members) {
      const Node* commands = last_member(config.value, "commands");
      if (commands == nullptr) continue;
      for (const Member& each : commands->members) {
        const Node* command = last_member(each.value, "command");
        if (command != nullptr) lower_command(*command, "Init/" + config.key + "/" + each.key, Trigger::Boot);
      }
    }
  }

  /// A build specification written in place.
  void build(const Node& source) {
    const Node* text = last_member(source, "BuildSpec");
    if (text == nullptr || !text->scalar() || text->text.find("phases") == std::string::npos) return;
    PlacedText placed;
    placed.add(file_, *text);
    const auto inner = document::parse_yaml(placed.text, "BuildSpec");
    const Node* phases = inner ? last_member(*inner, "phases") : nullptr;
    if (phases == nullptr) return;
    for (const Member& phase : phases->members) {
      const Node* commands = last_member(phase.value, "commands");
      if (commands == nullptr) continue;
      PlacedText script;
      for (const Node& line : commands->items) {
        if (line.scalar())
          script.add(line.text + "\n", placed.map[std::min<std::size_t>(line.bytes.begin, placed.map.size() - 1)]);
      }
      lower(script, "BuildSpec/" + phase.key, Trigger::Deploy, Certainty::Exact);
    }
  }

  /// A document that Systems Manager sends to machines.
  void document(const Node& content) {
    const Node* steps = last_member(content, "mainSteps");
    if (steps == nullptr) return;
    for (const Node& step : steps->items) {
      const Node* inputs = last_member(step, "inputs");
      const Node* lines = inputs == nullptr ? nullptr : last_member(*inputs, "runCommand");
      const Node* name = last_member(step, "name");
      if (lines != nullptr)
        lower_command(*lines, "Content/" + (name == nullptr ? std::string("step") : name->text), Trigger::Request);
    }
  }

 private:
  void lower_command(const Node& command, const std::string& place, Trigger trigger) {
    PlacedText text;
    if (command.type == NodeType::Sequence && !Evaluator::call_of(command)) {
      for (const Node& line : command.items) {
        add_text(file_, line, 0, text);
        text.add("\n", file_.offset + line.bytes.end);
      }
    } else {
      add_text(file_, command, 0, text);
    }
    lower(text, place, trigger, Certainty::Exact);
  }

  void lower(const PlacedText& text, const std::string& place, Trigger trigger, Certainty certainty) {
    Model inner = embed(Stack::Shell, file_, text.text, text.bytes(), text.map, certainty, view_);
    const std::string address = owner_ + "/" + place;
    const auto renamed = [&](const std::string& was) {
      return was.starts_with(file_.path) ? address + was.substr(file_.path.size()) : was;
    };
    for (Procedure& procedure : inner.procedures) {
      procedure.address = renamed(procedure.address);
      if (procedure.trigger == Trigger::Unknown) procedure.trigger = trigger;
    }
    for (Safeguard& safeguard : inner.safeguards) safeguard.protects = renamed(safeguard.protects);
    append(model_, std::move(inner));
  }

  const SourceFileView& file_;
  const std::string& owner_;
  const LoweringView& view_;
  Model& model_;
};

}  // namespace

void declare_scripts(const SourceFileView& file, const Node& resource, const std::string& owner,
                     const std::string& type, const LoweringView& view, Model& model) {
  Scripts scripts(file, owner, view, model);
  if (const Node* metadata = last_member(resource, "Metadata")) scripts.init(*metadata);
  const Node* properties = last_member(resource, "Properties");
  if (properties == nullptr) return;
  if (const Node* data = last_member(*properties, "UserData")) scripts.boot(*data);
  if (const Node* template_data = last_member(*properties, "LaunchTemplateData")) {
    if (const Node* data = last_member(*template_data, "UserData")) scripts.boot(*data);
  }
  if (const Node* source = last_member(*properties, "Source"); source != nullptr && type == "AWS::CodeBuild::Project")
    scripts.build(*source);
  if (const Node* content = last_member(*properties, "Content"); content != nullptr && type == "AWS::SSM::Document") {
    scripts.document(*content);
  }
}

}  // namespace redtag::cloudformation
