#include "stack/content.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace redtag {

PlaceView place_of(std::string_view path) {
  PlaceView place;
  place.path = path;
  const auto slash = path.rfind('/');
  place.name = lower_ascii(slash == std::string_view::npos ? path : path.substr(slash + 1));
  for (const std::string_view ending : {".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".erb"}) {
    if (place.name.size() > ending.size() && place.name.ends_with(ending))
      place.name.resize(place.name.size() - ending.size());
  }
  place.yaml = place.name.ends_with(".yml") || place.name.ends_with(".yaml");
  place.json = place.name.ends_with(".json");
  return place;
}

bool lies_in(std::string_view path, std::string_view directory) {
  for (std::size_t at = path.find(directory); at != std::string_view::npos; at = path.find(directory, at + 1)) {
    const bool starts = at == 0 || path[at - 1] == '/';
    const std::size_t end = at + directory.size();
    if (starts && end < path.size() && path[end] == '/') return true;
  }
  return false;
}

bool has_line(std::string_view text, std::string_view start) {
  if (text.starts_with(start)) return true;
  for (std::size_t at = text.find(start); at != std::string_view::npos; at = text.find(start, at + 1)) {
    if (text[at - 1] == '\n') return true;
  }
  return false;
}

namespace {

/// `[{"ParameterKey": …, "ParameterValue": …}]`, or a document that begins with `Parameters`: what a deployment hands to a template.
bool is_parameter_file(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return false;
  if (text[first] == '[')
    return text.find("\"ParameterKey\"") != std::string_view::npos &&
           text.find("\"ParameterValue\"") != std::string_view::npos;
  const std::size_t key = text[first] == '{' ? text.find_first_not_of(blank, first + 1) : std::string_view::npos;
  return key != std::string_view::npos && text.substr(key).starts_with("\"Parameters\"");
}

/// The same in YAML: its first line of any weight is `Parameters:` or `- ParameterKey: …`, and it declares nothing itself.
bool hands_parameters(std::string_view text) {
  if (has_line(text, "Resources:")) return false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trim(text.substr(at, end - at));
    at = end + 1;
    if (line.empty() || line.starts_with("#") || line == "---") continue;
    return line == "Parameters:" ||
           (line.starts_with("- ParameterKey:") && text.find("ParameterValue:") != std::string_view::npos);
  }
  return false;
}

}  // namespace

bool is_state_settings(const PlaceView& place, std::string_view text) {
  const bool by_name =
      place.name.starts_with("backend") && (place.name.ends_with(".conf") || place.name.ends_with(".config"));
  if (!place.name.ends_with(".hcl") && !by_name) return false;
  const auto slash = place.path.rfind('/');
  const std::string_view folder = slash == std::string_view::npos ? std::string_view() : place.path.substr(0, slash);
  const std::string above = lower_ascii(folder.substr(folder.rfind('/') + 1));
  if (place.name.find("backend") == std::string::npos && above.find("backend") == std::string::npos) return false;
  static constexpr std::array telling =
      std::to_array<std::string_view>({"address", "bucket", "conn_str", "container_name", "hostname", "key",
                                       "organization", "path", "prefix", "storage_account_name"});
  const auto sets = [&](std::string_view line) {
    const std::size_t sign = line.find('=');
    const std::string_view key = trim(line.substr(0, sign));
    return sign != std::string_view::npos && std::find(telling.begin(), telling.end(), key) != telling.end();
  };
  const std::vector<std::string_view> lines = split(text.substr(0, 65536), '\n');
  return std::any_of(lines.begin(), lines.end(), sets);
}

bool is_cloudformation(const PlaceView& place, std::string_view text) {
  if (place.name.ends_with("samconfig.toml")) return true;
  const bool named = place.yaml || place.json || place.name.ends_with(".template") || place.name.ends_with(".cfn") ||
                     place.name.find('.') == std::string::npos;
  if (!named) return false;
  if (text.find("AWSTemplateFormatVersion") != std::string_view::npos) return true;
  const bool service =
      place.yaml && place.name.starts_with("serverless") && has_line(text, "service:") && has_line(text, "provider:");
  if (service || (place.yaml && hands_parameters(text))) return true;
  const bool typed = text.find("AWS::") != std::string_view::npos;
  const bool policy = place.json && text.find("\"Update:") != std::string_view::npos &&
                      text.find("\"Statement\"") != std::string_view::npos;
  if (policy || (place.json && is_parameter_file(text))) return true;
  if (!typed) return false;
  return has_line(text, "Resources:") || text.find("\"Resources\"") != std::string_view::npos ||
         text.find("AWS::Serverless-2016-10-31") != std::string_view::npos;
}

}  // namespace redtag
