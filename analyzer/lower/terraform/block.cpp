#include "lower/terraform/block.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "lower/encoded.h"
#include "lower/terraform/kinds.h"

namespace redtag::terraform {

namespace {

/// Attributes whose text is data to its reader, blanks and all, so that JSON in them is not read as JSON.
bool holds_raw_text(std::string_view attribute) {
  return attribute.starts_with("user_data") || attribute.starts_with("custom_data") ||
         attribute.ends_with("startup_script") || attribute.starts_with("content") || attribute == "command" ||
         attribute == "inline";
}

/// Attributes that a machine runs, or may run, as a script.
bool may_run(std::string_view attribute) { return attribute == "command" || attribute == "inline"; }

/// What Terragrunt writes beside the configuration before it runs (`generate`): providers and back ends.
bool is_generated_configuration(std::string_view path, std::string_view attribute, std::string_view text) {
  return attribute == "contents" && path.ends_with(".hcl") &&
         (text.find("provider \"") != std::string_view::npos || text.find("backend \"") != std::string_view::npos);
}

/// What a shell sees in place of an interpolation: a variable that nobody has set there.
std::string as_variable(const TemplatePart& part) {
  std::string name = part.hole ? part.hole->text.substr(0, 64) : std::string();
  for (char& c : name) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!word) c = '_';
  }
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name = "value_" + name;
  return "${" + name + "}";
}

bool opens_with_shell(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  if (text.starts_with("#cloud-config")) return true;
  return text.starts_with("#!") && (text.find("sh") != std::string_view::npos);
}

bool runs_in_shell(const Block& provisioner) {
  const auto found = std::find_if(provisioner.entries.begin(), provisioner.entries.end(),
                                  [](const Entry& entry) { return entry.key == "interpreter"; });
  if (found == provisioner.entries.end()) return true;
  if (found->value.items.empty()) return false;
  return found->value.items.front().text.ends_with("sh");
}

}  // namespace

Entry as_entry(Block block) {
  Entry entry;
  entry.key = std::move(block.keyword);
  entry.region = block.region;
  entry.value.presence = Presence::Known;
  entry.value.shape = Shape::Block;
  entry.value.region = block.region;
  for (Value& label : block.labels) {
    const Region region = label.region;
    entry.value.entries.push_back({"label", std::move(label), region});
  }
  entry.value.entries.insert(entry.value.entries.end(), std::make_move_iterator(block.entries.begin()),
                             std::make_move_iterator(block.entries.end()));
  return entry;
}

/// Where a provisioner's commands run, and what its variables choose.
std::vector<std::pair<std::string, std::string>> around(const Block& provisioner) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const Entry& entry : provisioner.entries) {
    if (entry.key == "working_dir") found.emplace_back("directory", canonical(entry.value));
    if (entry.key == "connection") found.emplace_back("connection", canonical(entry.value));
    if (entry.key != "environment") continue;
    for (const Entry& variable : entry.value.entries) found.emplace_back("$" + variable.key, canonical(variable.value));
  }
  return found;
}

void place_scripts(Block& block) {
  const bool provisioner = block.keyword == "provisioner" && !block.labels.empty();
  if (provisioner && !runs_in_shell(block)) block.scripts.clear();
  const bool on_destroy = std::any_of(block.entries.begin(), block.entries.end(), [](const Entry& entry) {
    return entry.key == "when" && entry.value.text == "destroy";
  });
  std::erase_if(block.scripts, [&](const PlacedScript& placed) {
    return !provisioner && placed.place.empty() && !placed.script.marked;
  });
  for (PlacedScript& placed : block.scripts) {
    if (!placed.place.empty()) continue;
    placed.place = provisioner ? block.labels.front().text : placed.script.attribute;
    placed.on_destroy = provisioner && on_destroy;
    if (provisioner) placed.around = around(block);
  }
}

void hand_up_scripts(Block& from, Block& to) {
  to.scripts.insert(to.scripts.end(), std::make_move_iterator(from.scripts.begin()),
                    std::make_move_iterator(from.scripts.end()));
  from.scripts.clear();
}

Block BlockReader::read_block(syntax::Cursor& at, unsigned depth) {
  const Kinds& k = kinds();
  Block block;
  block.region = block.header = source_.region(at.node());
  if (!at.to_first_child()) return block;
  do {
    const syntax::NodeView child = at.node();
    const std::uint16_t kind = child.kind();
    if (kind == k.identifier && block.keyword.empty()) {
      block.keyword = source_.of(child);
      block.header = source_.region(child);
    } else if (kind == k.identifier || kind == k.string_lit) {
      const ByteRange bytes = child.bytes();
      std::string_view text = source_.of(child);
      if (kind == k.string_lit && text.size() >= 2) text = text.substr(1, text.size() - 2);
      block.labels.push_back(known_string(std::string(text), source_.region(child)));
      block.header.bytes.end = bytes.end + source_.offset;
    } else if (kind == k.body) {
      read_body(at, depth + 1, block);
    }
  } while (at.to_next_sibling());
  at.to_parent();
  place_scripts(block);
  return block;
}

void BlockReader::read_body(syntax::Cursor& at, unsigned depth, Block& block) {
  const Kinds& k = kinds();
  if (depth >= limits::nesting) {
    gaps_.push_back({source_.region(at.node()), Stack::Terraform, "blocks nested in one another too deeply"});
    return;
  }
  if (!at.to_first_child()) return;
  do {
    if (at.node().kind() == k.attribute) {
      block.entries.push_back(read_attribute(at, depth, block.scripts));
    } else if (at.node().kind() == k.block) {
      Block inner = read_block(at, depth);
      hand_up_scripts(inner, block);
      block.entries.push_back(as_entry(std::move(inner)));
    }
  } while (at.to_next_sibling());
  at.to_parent();
}

Entry BlockReader::read_attribute(syntax::Cursor& at, unsigned depth, std::vector<PlacedScript>& scripts) {
  const Kinds& k = kinds();
  Entry entry;
  entry.region = source_.region(at.node());
  if (!at.to_first_child()) return entry;
  do {
    if (at.node().kind() == k.identifier) entry.key = source_.of(at.node());
    if (at.node().kind() != k.expression) continue;
    const StringUse use = holds_raw_text(entry.key) ? StringUse::Plain : StringUse::Document;
    entry.value = expressions_.read(at, depth, use);
    read_script(at, depth, entry.key, scripts);
  } while (at.to_next_sibling());
  at.to_parent();
  return entry;
}

/// Goes into `base64encode(…)` and the like, down to the expression that stands in it. How far down it went.
unsigned BlockReader::enter_encoding(syntax::Cursor& at) const {
  static constexpr std::array<std::string_view, 5> encodings{"base64encode", "base64gzip", "textencodebase64", "chomp",
                                                             "trimspace"};
  const Kinds& k = kinds();
  unsigned down = 0;
  for (unsigned round = 0; round < 4; ++round) {
    unsigned level = 0;
    bool known = false, found = false;
    const auto leave = [&] {
      while (level-- > 0) at.to_parent();
    };
    if (at.node().child_count() != 1 || !at.to_first_child()) return down;
    ++level;
    if (at.node().kind() != k.function_call || !at.to_first_child()) return leave(), down;
    ++level;
    do {
      const std::string_view name = source_.of(at.node());
      if (at.node().kind() == k.identifier)
        known = std::find(encodings.begin(), encodings.end(), name) != encodings.end();
      if (known && at.node().kind() == k.function_arguments && at.to_first_child()) {
        ++level;
        do {
          found = at.node().kind() == k.expression;
        } while (!found && at.to_next_sibling());
        break;
      }
    } while (at.to_next_sibling());
    if (!found) return leave(), down;
    down += level;
  }
  return down;
}

void BlockReader::read_script(syntax::Cursor& at, unsigned depth, const std::string& attribute,
                              std::vector<PlacedScript>& scripts) {
  const Kinds& k = kinds();
  const bool runs = may_run(attribute);
  const std::string_view text = source_.of(at.node());
  const bool boots = attribute.starts_with("user_data") || attribute.starts_with("custom_data");
  // A look at the bytes spares the second reading of nearly all attributes.
  const bool may_open =
      text.find("#!") != std::string_view::npos || text.find("#cloud-config") != std::string_view::npos;
  const bool generated = is_generated_configuration(source_.file.path, attribute, text);
  if (!runs && !may_open && !boots && !generated) return;
  Script script;
  script.attribute = attribute;
  const ByteRange bytes = at.node().bytes();
  script.bytes = {bytes.begin + source_.offset, bytes.end + source_.offset};
  const auto add = [&](const TemplateText& string) {
    FlatText flat = flatten(source_, string, as_variable);
    if (!script.text.map.empty()) script.text.map.pop_back();
    if (!script.text.text.empty()) {
      script.text.text += '\n';
      script.text.map.push_back(flat.map.front());
    }
    script.text.text += flat.text;
    script.text.map.insert(script.text.map.end(), flat.map.begin(), flat.map.end());
  };
  const unsigned inside = enter_encoding(at);
  const std::optional<TemplateText> string = expressions_.read_script(at, depth);
  for (unsigned up = inside; up > 0; --up) at.to_parent();
  if (string) {
    add(*string);
  } else if (runs && at.to_first_child()) {  // a list of commands: expression > collection_value > tuple > expression
    unsigned down = 1;
    while (down < 3 && at.node().kind() != k.tuple && at.to_first_child()) ++down;
    if (at.node().kind() == k.tuple && at.to_first_child()) {
      ++down;
      do {
        if (at.node().kind() != k.expression) continue;
        if (const std::optional<TemplateText> line = expressions_.read_script(at, depth)) add(*line);
      } while (at.to_next_sibling());
    }
    while (down-- > 0) at.to_parent();
  }
  if (auto program = encoded_program(script.text.text)) {
    const std::uint32_t place = script.text.map.front();
    script.text.text = std::move(*program);
    script.text.map.assign(script.text.text.size() + 1, place);
  }
  script.configuration = generated;
  script.marked = generated || opens_with_shell(script.text.text);
  if (script.text.text.empty() || (!runs && !script.marked)) return;
  for (std::uint32_t& offset : script.text.map) offset += source_.offset;
  scripts.push_back({std::move(script), {}, false, {}});
}

}  // namespace redtag::terraform
