// What a Compose service is started with.
#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "lower/around.h"
#include "lower/carrier.h"
#include "lower/docker/declare.h"
#include "lower/yaml_source.h"

namespace redtag::docker {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::size_t most_settings = 2000;  ///< of one service

/// Names of what nobody should read in a report, and addresses with a password in them.
bool is_secret(std::string_view key, std::string_view value) {
  static constexpr std::array words =
      std::to_array<std::string_view>({"password", "passwd", "secret", "token", "apikey", "api_key", "private",
                                       "credential", "access_key", "pass", "salt"});
  const std::string lowered = lower_ascii(key);
  if (std::any_of(words.begin(), words.end(),
                  [&](std::string_view word) { return lowered.find(word) != std::string::npos; }))
    return true;
  const std::size_t scheme = value.find("://");
  return scheme != std::string_view::npos && value.find('@', scheme) != std::string_view::npos;
}

bool is_switch(std::string_view word) {
  static constexpr std::array words = std::to_array<std::string_view>({"true", "false", "yes", "no", "on", "off"});
  return std::find(words.begin(), words.end(), word) != words.end();
}

void set(Value& block, std::string key, std::string value, Region place) {
  if (key.empty() || block.entries.size() >= most_settings) return;
  std::string lowered = lower_ascii(value);
  const bool switches = is_switch(lowered);
  Value known = known_string(switches ? std::move(lowered) : std::move(value), place);
  known.sensitive = !switches && is_secret(key, known.text);
  block.entries.push_back({std::move(key), std::move(known), place});
}

Value block_at(Region region) {
  Value block;
  block.presence = Presence::Known;
  block.shape = Shape::Block;
  block.region = region;
  return block;
}

void add_block(std::string key, Value block, Resource& service) {
  if (block.entries.empty()) return;
  const Region region = block.region;
  service.attributes.push_back({std::move(key), std::move(block), region});
}

/// A mapping, or a list of `NAME=value`. A name without a value is the caller's.
void add_environment(const SourceFileView& file, const Node& node, Resource& service) {
  Value block = block_at(region_in(file, node.bytes));
  for (const Member& member : node.members) {
    if (member.value.scalar() && member.value.type != NodeType::Null)
      set(block, member.key, member.value.text,
          region_in(file, {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)}));
  }
  for (const Node& item : node.items) {
    const std::size_t equals = item.text.find('=');
    if (equals != std::string::npos)
      set(block, item.text.substr(0, equals), item.text.substr(equals + 1), region_in(file, item.bytes));
  }
  add_block("environment", std::move(block), service);
}

struct Word {
  std::string_view text;
  ByteRange bytes;  ///< in the file's text
};

/// The words of a command: items of a list, or of a line with the quotes that Compose takes off.
std::vector<Word> words_of(const Node& node) {
  std::vector<Word> words;
  if (node.type == NodeType::Sequence) {
    for (const Node& item : node.items) words.push_back({item.text, item.bytes});
    return words;
  }
  const std::string_view text = node.text;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\t' || text[at] == '\n') {
      ++at;
      continue;
    }
    const bool quoted = text[at] == '"' || text[at] == '\'';
    const std::size_t begin = quoted ? at + 1 : at;
    const std::size_t end =
        std::min(quoted ? text.find(text[at], begin) : text.find_first_of(" \t\n", begin), text.size());
    words.push_back({text.substr(begin, end - begin), node.bytes});
    at = quoted ? end + 1 : end;
  }
  return words;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

/// `-c name=value` and `--name=value`, `--name value`: what a server is told on its command line.
void add_options(const SourceFileView& file, const std::vector<Word>& words, Region region, Resource& service) {
  Value block = block_at(region);
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view text = words[i].text;
    Region place = region_in(file, words[i].bytes);
    const bool given = text == "-c" && i + 1 < words.size();
    if (given) {
      text = words[++i].text;
      place = region_in(file, words[i].bytes);
    } else if (text.starts_with("--")) {
      text.remove_prefix(2);
    } else {
      continue;
    }
    const std::size_t equals = text.find('=');
    if (!is_name(text.substr(0, equals))) continue;
    if (equals != std::string_view::npos) {
      set(block, std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)), place);
    } else if (!given) {
      const bool valued = i + 1 < words.size() && !words[i + 1].text.starts_with("-");
      set(block, std::string(text), valued ? std::string(words[i + 1].text) : "true", place);
    }
  }
  add_block("options", std::move(block), service);
}

/// Where the command of a line of a job table begins, behind five times.
std::optional<std::size_t> behind_schedule(std::string_view line) {
  std::size_t at = line.find_first_not_of(" \t");
  if (at == std::string_view::npos) return std::nullopt;
  if (line[at] == '@') {
    const std::size_t end = line.find(' ', at);
    return end == std::string_view::npos ? std::nullopt : std::optional(end);
  }
  for (unsigned field = 0; field < 5; ++field) {
    const std::size_t end = line.find_first_of(" \t", at);
    if (end == std::string_view::npos ||
        line.substr(at, end - at).find_first_not_of("0123456789*/,-") != std::string_view::npos)
      return std::nullopt;
    at = line.find_first_not_of(" \t", end);
    if (at == std::string_view::npos) return std::nullopt;
  }
  return at;
}

/// The path of a mount that holds the target of an operation, or empty.
std::string_view data_that_holds(const Resource& service, std::string_view path) {
  for (const Entry& entry : service.attributes) {
    const Value* target = entry.key == "data" ? find_entry(entry.value, "target") : nullptr;
    if (target == nullptr || target->text.size() < 2 || !path.starts_with(target->text)) continue;
    if (path.size() == target->text.size() || path[target->text.size()] == '/') return target->text;
  }
  return {};
}

/// What a service finds set before its command runs: the files of variables that it names, and its own.
CarriedText surroundings_of(const SourceFileView& file, const Node& node, const Resource& service) {
  constexpr std::size_t most_bytes = 8192;
  CarriedText out;
  const auto take_in = [&](const Node& name) {
    const Node* path = name.type == NodeType::Mapping ? name.find("path") : &name;
    if (path == nullptr || !path->scalar()) return;
    if (path->text.find_first_of(" \t\n'\"$`;&|()<>") != std::string::npos) return;
    out.add_made(". " + path->text + "\n", path->bytes.begin + file.offset);
  };
  if (const Node* files = node.find("env_file"); files != nullptr) {
    for (const Node& each : files->items) take_in(each);
    if (files->scalar() && !files->text.empty()) take_in(*files);
  }
  for (const Entry& entry : service.attributes) {
    if (entry.key != "environment") continue;
    for (const Entry& variable : entry.value.entries) {
      const Value& value = variable.value;
      const bool plain = !value.sensitive && value.text.find_first_of("'\n$") == std::string::npos;
      if (!plain || !is_name(variable.key) || out.text.size() > most_bytes) continue;
      out.add_made(variable.key + "='" + value.text + "'\n", value.region.bytes.begin);
    }
  }
  return out;
}

/// Compose writes a dollar of the shell as two.
void unescape_dollars(std::string& text, std::vector<std::uint32_t>& map) {
  for (std::size_t at = text.find("$$"); at != std::string::npos; at = text.find("$$", at + 1)) {
    text.erase(at, 1);
    map.erase(map.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

void add_commands(const SourceFileView& file, const Node& node, std::string_view key, const LoweringView& view,
                  const Resource& service, const CarriedText& surroundings, Model& model) {
  PlacedText text;
  Carrier carrier;
  carrier.name = service.name + "." + std::string(key);
  carrier.trigger = Trigger::Boot;
  const std::vector<Word> words = words_of(node);
  const auto job = words.empty() ? std::nullopt : behind_schedule(words.back().text);
  if (node.type != NodeType::Sequence && !job) {
    text.add(file, node);
  } else if (job) {
    carrier.trigger = Trigger::Schedule;
    CarriedText line;
    line.add(words.back().text.substr(*job), words.back().bytes.begin + file.offset);
    // Of what was quoted twice only the start is known; the region is the whole word's.
    text.text = line.text;
    text.map.assign(line.text.size(), words.back().bytes.begin + file.offset);
    text.map.push_back(words.back().bytes.end + file.offset);
  } else {
    CarriedText line;
    for (const Word& word : words) line.add_word(word.text, word.bytes.begin + file.offset);
    text.text = line.text;
    text.map = line.whole_map();
    for (std::uint32_t& at : text.map) at = std::min(at, node.bytes.end + file.offset);
  }
  if (trim(text.text).empty()) return;
  unescape_dollars(text.text, text.map);
  const ByteRange bytes = text.bytes();
  text.text.insert(0, surroundings.text);
  text.map.insert(text.map.begin(), surroundings.map.begin(), surroundings.map.end());
  Model inner = embed_commands(file, text.text, bytes, text.map, Certainty::Likely, view, carrier);
  for (Operation& operation : inner.operations) {
    // What lies outside of a mount goes with the container.
    const bool files = operation.object == "file" || operation.object == "directory" ||
                       operation.object.starts_with("data ") || operation.object.starts_with("kept ") ||
                       operation.object.starts_with("part of ") || operation.object.starts_with("root") ||
                       operation.object.starts_with("parent");
    if (!files) continue;
    if (data_that_holds(service, operation.target.text).empty()) {
      operation.harmless_target = true;
    } else {
      operation.harmless_target = false;
      operation.object = operation.program == "find" ? "part of data directory" : "data directory";
    }
  }
  inner.safeguards.clear();
  Around around(view.facts);
  for (const Entry& entry : service.attributes) {
    if (entry.key != "environment") continue;
    for (const Entry& variable : entry.value.entries) around.set(variable.key, variable.value.text);
  }
  around.bind(inner.operations, text.text);
  append(model, std::move(inner));
}

}  // namespace

void declare_start(const SourceFileView& file, const Node& node, const LoweringView& view, Resource& service,
                   Model& model) {
  if (const Node* environment = node.find("environment"); environment != nullptr)
    add_environment(file, *environment, service);
  for (const std::string_view key : {"entrypoint", "command"}) {
    const Node* command = node.find(key);
    if (command == nullptr || command->type == NodeType::Mapping || command->type == NodeType::Null) continue;
    if (key == "command") add_options(file, words_of(*command), region_in(file, command->bytes), service);
    add_commands(file, *command, key, view, service, surroundings_of(file, node, service), model);
  }
}

}  // namespace redtag::docker
