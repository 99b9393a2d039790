#include "lower/cloudformation/deployment.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "lower/cloudformation/evaluate.h"
#include "lower/cloudformation/parameter_files.h"
#include "lower/yaml_source.h"

namespace redtag::cloudformation {

namespace {

using document::Node;

constexpr std::size_t most_environments = 64;

Resource deployment(const SourceFileView& file, std::string name, Region header) {
  Resource resource;
  resource.stack = Stack::CloudFormation;
  resource.declares = Declares::Backend;
  resource.type = "deployment";
  resource.scope = file.path;
  resource.address = std::string(file.path) + ":deployment" + (name.empty() ? "" : "." + name);
  resource.name = std::move(name);
  resource.region = resource.header = header;
  return resource;
}

/// What a command line or another file fills stays open.
Value text_value(std::string text, Region region) {
  if (text.find("${") == std::string::npos) return known_string(std::move(text), region);
  Value value = unknown_value(std::move(text), "filled when it is deployed", region);
  value.expression = Expression::Template;
  return value;
}

const Node* scalar_member(const Node& node, std::string_view key) {
  const Node* member = last_member(node, key);
  return member != nullptr && member->scalar() && member->type != document::NodeType::Null ? member : nullptr;
}

}  // namespace

void declare_service_stack(const SourceFileView& file, const Node& root, Model& model) {
  const Node* service = last_member(root, "service");
  const Node* provider = last_member(root, "provider");
  if (service == nullptr || provider == nullptr || file.partial) return;
  if (!service->scalar()) service = scalar_member(*service, "name");
  const Node* said = scalar_member(*provider, "stackName");
  const Node* stage = scalar_member(*provider, "stage");
  if (service == nullptr && said == nullptr) return;
  const Node& decides = said != nullptr ? *said : *service;
  Resource stack = deployment(file, {}, region_in(file, decides.bytes));
  std::string name = said != nullptr ? said->text : service->text + "-" + (stage == nullptr ? "dev" : stage->text);
  Value value = text_value(std::move(name), stack.region);
  if (said == nullptr && stage != nullptr) value.origins.push_back(region_in(file, stage->bytes));
  stack.attributes.push_back({"stack", std::move(value), stack.region});
  for (const std::string_view key : {"region", "profile"}) {
    const Node* given = scalar_member(*provider, key);
    if (given == nullptr) continue;
    const Region place = region_in(file, given->bytes);
    stack.attributes.push_back({std::string(key), text_value(given->text, place), place});
  }
  model.resources.push_back(std::move(stack));
}

namespace {

/// One `key = value` of a table of TOML: a string, or the strings of an array behind one another.
struct Setting {
  std::string table, key, text;
  ByteRange bytes;  ///< of the value, in the file's text
};

class SettingsReader {
 public:
  explicit SettingsReader(std::string_view text) : text_(text) {}

  std::vector<Setting> run() {
    std::vector<Setting> settings;
    std::string table;
    constexpr std::size_t most_settings = 4096;
    while (at_ < text_.size() && settings.size() < most_settings) {
      const std::size_t begin = at_, end = std::min(text_.find('\n', at_), text_.size());
      const std::string_view line = trimmed(text_.substr(begin, end - begin));
      at_ = end + 1;
      if (line.starts_with('[')) {
        table = std::string(line.substr(1, line.find(']') == std::string_view::npos ? 0 : line.find(']') - 1));
      } else if (!line.empty() && line.front() != '#') {
        const std::size_t sign = text_.find('=', begin);
        if (sign >= end) continue;
        Setting setting{table, std::string(trimmed(text_.substr(begin, sign - begin))), {}, {}};
        at_ = sign + 1;
        read_value(setting);
        settings.push_back(std::move(setting));
      }
    }
    return settings;
  }

 private:
  static std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
  }

  void skip(std::string_view what) { at_ = std::min(text_.find_first_not_of(what, at_), text_.size()); }

  /// Leaves `at_` behind the line in which the value ends.
  void read_value(Setting& setting) {
    skip(" \t");
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '[') {
      ++at_;
      while (at_ < text_.size() && text_[at_] != ']') {
        if (text_[at_] == '"' || text_[at_] == '\'') {
          if (!setting.text.empty()) setting.text += ' ';
          read_string(setting.text);
        } else if (text_[at_] == '#') {
          at_ = std::min(text_.find('\n', at_), text_.size());
        } else {
          ++at_;
        }
      }
      at_ = std::min(at_ + 1, text_.size());
    } else if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
      read_string(setting.text);
    } else {
      const std::size_t end = std::min(text_.find_first_of("#\n", at_), text_.size());
      setting.text = std::string(trimmed(text_.substr(at_, end - at_)));
      at_ = end;
    }
    setting.bytes = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::max(begin, at_))};
    at_ = std::min(text_.find('\n', at_), text_.size()) + 1;
  }

  void read_string(std::string& into) {
    const char quote = text_[at_];
    const bool several = text_.substr(at_).starts_with(std::string(3, quote));
    at_ += several ? 3 : 1;
    while (at_ < text_.size() && (several || text_[at_] != '\n')) {
      if (text_[at_] == quote && (!several || text_.substr(at_).starts_with(std::string(3, quote)))) {
        at_ += several ? 3 : 1;
        return;
      }
      const bool escaped = text_[at_] == '\\' && quote == '"' && at_ + 1 < text_.size();
      if (escaped) ++at_;
      into += text_[at_++];
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// `prod` of `prod.deploy.parameters`; empty for other tables and other commands.
std::string environment_of(std::string_view table) {
  const std::vector<std::string_view> parts = split(table, '.');
  const bool counts = parts.size() == 3 && (parts[1] == "deploy" || parts[1] == "global") && parts[2] == "parameters";
  return counts ? std::string(parts[0]) : std::string();
}

/// `Stage=prod Name="a b"`, or `ParameterKey=Stage,ParameterValue=prod`, as the command line takes them.
std::vector<std::pair<std::string, std::string>> given_in(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> given;
  std::string word;
  char quote = 0;
  const auto finish = [&] {
    constexpr std::string_view key_mark = "ParameterKey=", value_mark = ",ParameterValue=";
    if (word.starts_with(key_mark)) {
      const std::size_t comma = word.find(value_mark);
      if (comma != std::string::npos)
        given.emplace_back(word.substr(key_mark.size(), comma - key_mark.size()),
                           word.substr(comma + value_mark.size()));
    } else if (const std::size_t sign = word.find('='); sign != std::string::npos && sign > 0) {
      given.emplace_back(word.substr(0, sign), word.substr(sign + 1));
    }
    word.clear();
  };
  for (const char c : text) {
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote == 0 && (c == ' ' || c == '\n' || c == '\t')) {
      finish();
    } else {
      word += c;
    }
  }
  finish();
  return given;
}

}  // namespace

void declare_sam_settings(const SourceFileView& file, Model& model) {
  if (file.partial) return;
  std::map<std::string, Resource> stacks, handed;
  for (Setting& setting : SettingsReader(file.text).run()) {
    const std::string name = environment_of(setting.table);
    if (name.empty() || (!stacks.contains(name) && stacks.size() >= most_environments)) continue;
    const Region place = region_in(file, setting.bytes);
    const auto add = [&](std::string key) {
      Resource& stack = stacks.try_emplace(name, deployment(file, name, place)).first->second;
      stack.attributes.push_back({std::move(key), known_string(std::move(setting.text), place), place});
    };
    if (setting.key == "stack_name") {
      add("stack");
    } else if (setting.key == "region" || setting.key == "profile") {
      add(setting.key);
    } else if (setting.key == "parameter_overrides") {
      std::vector<Entry> values;
      for (auto& [key, value] : given_in(setting.text))
        values.push_back({std::move(key), known_string(std::move(value), place), place});
      if (!values.empty()) handed.insert_or_assign(name, parameter_file(file, name, place, std::move(values)));
    }
  }
  for (auto& [name, stack] : stacks) model.resources.push_back(std::move(stack));
  for (auto& [name, values] : handed) model.resources.push_back(std::move(values));
}

}  // namespace redtag::cloudformation
