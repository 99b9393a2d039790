// What a server of data is told by a file of settings, as the options that its command line would have.
#include <algorithm>

#include "base/text.h"
#include "lower/docker/declare.h"

namespace redtag::docker {

namespace {

constexpr std::size_t most_settings = 2000;

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

/// `a b c # why` without what stands behind `#`, outside of quotes.
std::string_view without_comment(std::string_view line) {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '\0' && c == '#') return line.substr(0, i);
    if (quote != '\0' ? c == quote : c == '\'' || c == '"') quote = quote == '\0' ? c : '\0';
  }
  return line;
}

}  // namespace

void declare_settings(const SourceFileView& file, Model& model) {
  const std::string name = lower_ascii(file.path.substr(file.path.rfind('/') + 1));
  const bool sections = name.ends_with(".cnf");
  bool server = !sections;
  Resource settings;
  settings.stack = Stack::Docker;
  settings.type = "settings";
  settings.name = std::string(file.path);
  settings.address = std::string(file.path);
  settings.region =
      Region{file.file, file.side, {file.offset, file.offset + static_cast<std::uint32_t>(file.text.size())}};
  Value block;
  block.presence = Presence::Known;
  block.shape = Shape::Block;
  block.region = settings.region;
  for (std::size_t at = 0; at < file.text.size() && block.entries.size() < most_settings;) {
    const std::size_t end = std::min(file.text.find('\n', at), file.text.size());
    const std::string_view line = trim(without_comment(file.text.substr(at, end - at)));
    at = end + 1;
    if (line.empty() || line[0] == ';' || line[0] == '!') continue;
    if (line[0] == '[') {
      server = !sections || line.starts_with("[mysqld") || line.starts_with("[mariadb") || line.starts_with("[server");
      continue;
    }
    const std::size_t sign = std::min(line.find_first_of("= \t"), line.size());
    const std::string_view key = line.substr(0, sign);
    std::string_view value = trim(line.substr(sign));
    if (value.starts_with('=')) value = trim(value.substr(1));
    if (!server || !is_name(key)) continue;
    if (value.size() > 2 && (value[0] == '\'' || value[0] == '"') && value.back() == value[0])
      value = value.substr(1, value.size() - 2);
    const auto begin = file.offset + static_cast<std::uint32_t>(line.data() - file.text.data());
    const Region place{file.file, file.side, {begin, begin + static_cast<std::uint32_t>(line.size())}};
    const auto known =
        std::find_if(block.entries.begin(), block.entries.end(), [&](const Entry& entry) { return entry.key == key; });
    if (known != block.entries.end() && key == "save") {  // one line for each point in time
      known->value.text += "; " + std::string(value);
      continue;
    }
    Value one = known_string(value.empty() ? "true" : std::string(value), place);
    one.sensitive = key.find("pass") != std::string_view::npos || key.find("auth") != std::string_view::npos;
    block.entries.push_back({std::string(key), std::move(one), place});
  }
  if (block.entries.empty()) return;
  settings.attributes.push_back({"options", std::move(block), settings.region});
  model.resources.push_back(std::move(settings));
}

}  // namespace redtag::docker
