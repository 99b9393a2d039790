// Tables of a system that carry commands, or that its tools carry out as if they did: tmpfiles.d, logrotate, scriptlets of packages.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/carriers.h"
#include "lower/shell/line_words.h"

namespace redtag::shell {

namespace {

std::uint32_t offset_of(const SourceFileView& file, std::string_view piece) {
  return file.offset + static_cast<std::uint32_t>(piece.data() - file.text.data());
}

/// Whole days of an age (`10d`, `2w`, `12h`), or nothing where there is none.
std::string days_of(std::string_view age) {
  if (age.starts_with('~')) age.remove_prefix(1);
  if (const std::size_t kinds = age.find(':'); kinds != std::string_view::npos) age = age.substr(kinds + 1);
  std::size_t digits = 0, number = 0;
  while (digits < age.size() && digits < 6 && age[digits] >= '0' && age[digits] <= '9')
    number = number * 10 + static_cast<std::size_t>(age[digits++] - '0');
  if (digits == 0) return {};
  const std::string_view unit = age.substr(digits);
  if (unit.starts_with('w')) number *= 7;
  if (unit.starts_with('y')) number *= 365;
  if (unit.starts_with("month") || unit == "M") number *= 30;
  if (unit.starts_with('h') || unit.starts_with('s') || unit == "m" || unit.starts_with("min")) number = 0;
  return std::to_string(number);
}

/// A word that one section of a package begins with, and whose lines run on the machine where it is installed.
bool is_scriptlet(std::string_view word) {
  static constexpr std::array scriptlets = std::to_array<std::string_view>(
      {"%pre", "%post", "%preun", "%postun", "%pretrans", "%posttrans", "%triggerin", "%triggerun", "%triggerpostun"});
  return std::find(scriptlets.begin(), scriptlets.end(), word) != scriptlets.end();
}

bool is_section(std::string_view word) {
  static constexpr std::array others = std::to_array<std::string_view>(
      {"%description", "%package", "%prep", "%build", "%install", "%check", "%clean", "%files", "%changelog"});
  return is_scriptlet(word) || std::find(others.begin(), others.end(), word) != others.end();
}

}  // namespace

Model lower_tmpfiles(const SourceFileView& file, const CarryingView& view) {
  Model model;
  for (const TextLine& line : lines_of(file.text)) {
    std::string_view rest = line.text;
    const std::string_view type = take_word(rest), path = take_word(rest);
    if (type.empty() || type[0] == '#' || !path.starts_with('/')) continue;
    for (int field = 0; field < 3; ++field) take_word(rest);  // mode, user, group
    const std::string days = days_of(take_word(rest));
    const std::uint32_t at = offset_of(file, path);
    CarriedText text;
    const auto add = [&](std::string_view before, std::string_view behind) {
      text.add_made(before, at);
      text.add(path, at);
      text.add_made(behind, at);
    };
    if (type[0] == 'R') add("rm -rf ", "\n");
    if (type[0] == 'r') add("rm -f ", "\n");
    if (type[0] == 'D') add("rm -rf ", "/*\n");
    if (!days.empty() && std::string_view("dDevqQC").find(type[0]) != std::string_view::npos)
      add("find ", " -mtime +" + days + " -delete\n");
    Carrier carrier;
    carrier.name = "tmpfiles";
    carrier.trigger = type[0] == 'R' || type[0] == 'r' || type[0] == 'D' ? Trigger::Boot : Trigger::Schedule;
    carry(text, std::move(carrier), file, view, model);
  }
  return model;
}

Model lower_logrotate(const SourceFileView& file, const CarryingView& view) {
  static constexpr std::array begins =
      std::to_array<std::string_view>({"prerotate", "postrotate", "firstaction", "lastaction", "preremove"});
  Model model;
  CarriedText text;
  std::string name;
  for (const TextLine& line : lines_of(file.text)) {
    const std::string_view plain = trim(line.text);
    if (std::find(begins.begin(), begins.end(), plain) != begins.end()) {
      name = std::string(plain);
    } else if (plain == "endscript") {
      Carrier carrier;
      carrier.name = std::exchange(name, {});
      carrier.trigger = Trigger::Schedule;
      carry(std::exchange(text, {}), std::move(carrier), file, view, model);
    } else if (!name.empty()) {
      text.add(line.text, offset_of(file, line.text));
      text.add_made("\n", offset_of(file, line.text) + static_cast<std::uint32_t>(line.text.size()));
    }
  }
  return model;
}

Model lower_rpm_spec(const SourceFileView& file, const CarryingView& view) {
  Model model;
  CarriedText text;
  std::string name;
  const auto end = [&] {
    Carrier carrier;
    carrier.name = std::exchange(name, {});
    carrier.trigger = Trigger::Deploy;
    text.punch("%{", "}");
    carry(std::exchange(text, {}), std::move(carrier), file, view, model);
  };
  for (const TextLine& line : lines_of(file.text)) {
    std::string_view rest = line.text;
    const std::string_view first = take_word(rest);
    if (is_section(first)) {
      if (!name.empty()) end();
      // `%post -p <lua>`: another language, or one program.
      if (is_scriptlet(first) && rest.find("-p") == std::string_view::npos) name = std::string(first.substr(1));
    } else if (!name.empty() && !first.starts_with("%if") && !first.starts_with("%end") && first != "%else") {
      text.add(line.text, offset_of(file, line.text));
      text.add_made("\n", offset_of(file, line.text) + static_cast<std::uint32_t>(line.text.size()));
    }
  }
  if (!name.empty()) end();
  return model;
}

}  // namespace redtag::shell
