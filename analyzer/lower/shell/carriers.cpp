// Formats of one command a line: process lists, job tables, units. And the way of all carried texts.
#include "lower/shell/carriers.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "lower/shell/effect.h"
#include "lower/shell/follow.h"
#include "lower/shell/line_words.h"
#include "lower/shell/shared.h"
#include "model/spared.h"

namespace redtag::shell {

namespace {

std::uint32_t offset_of(const SourceFileView& file, std::string_view piece) {
  return file.offset + static_cast<std::uint32_t>(piece.data() - file.text.data());
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

Model lower_procfile(const SourceFileView& file, const CarryingView& view) {
  Model model;
  for (const TextLine& line : lines_of(file.text)) {
    const std::size_t colon = line.text.find(':');
    if (colon == std::string_view::npos || !is_name(line.text.substr(0, colon))) continue;
    Carrier carrier;
    carrier.name = std::string(line.text.substr(0, colon));
    carrier.trigger = carrier.name == "release" ? Trigger::Deploy : Trigger::Boot;
    CarriedText text;
    text.add(line.text.substr(colon + 1), offset_of(file, line.text.substr(colon + 1)));
    carry(text, std::move(carrier), file, view, model);
  }
  return model;
}

bool is_schedule_field(std::string_view word) {
  return !word.empty() &&
         word.find_first_not_of("0123456789*/,-?LW#ABCDEFGHIJKMNOPQRSTUVXYZabcdefghijklmnopqrstuvwxyz") ==
             std::string_view::npos &&
         (word.find_first_of("0123456789*") != std::string_view::npos || word.size() == 3);
}

/// What stands behind the times, or an empty text for a line that is no job.
std::string_view job_of(std::string_view line) {
  if (trim(line).starts_with('@')) return take_word(line), line;
  for (int field = 0; field < 5; ++field) {
    if (!is_schedule_field(take_word(line))) return {};
  }
  return line;
}

/// The times in front of a job, with single blanks.
std::string times_of(std::string_view line) {
  const bool nickname = trim(line).starts_with('@');
  std::string times;
  for (int field = 0; field < (nickname ? 1 : 5); ++field) {
    times += (times.empty() ? "" : " ") + std::string(take_word(line));
  }
  return times;
}

/// A table of the system names a user in front of the command.
bool names_users(std::string_view path) {
  return path.find("cron.d/") != std::string_view::npos || path.ends_with("etc/crontab");
}

Model lower_crontab(const SourceFileView& file, const CarryingView& view) {
  Model model;
  CarriedText settings;
  std::size_t ordinal = 0;
  for (const TextLine& line : lines_of(file.text)) {
    const std::string_view plain = trim(line.text);
    if (plain.empty() || plain[0] == '#') continue;
    const std::size_t sign = plain.find('=');
    if (sign != std::string_view::npos && is_name(trim(plain.substr(0, sign)))) {
      if (settings.text.size() < 8192) {
        settings.add(plain, offset_of(file, plain));
        settings.add_made("\n", offset_of(file, plain));
      }
      continue;
    }
    std::string_view job = job_of(plain);
    std::string_view rest = job;
    const std::string_view first = take_word(rest);
    // Tables that a role or a package puts into the system's folder name it as well, wherever they lie here.
    if (names_users(file.path) || first == "root") job = rest;
    if (trim(job).empty()) continue;
    Carrier carrier;
    carrier.name = "job " + std::to_string(++ordinal);
    carrier.trigger = Trigger::Schedule;
    CarriedText text = settings;
    text.add(job, offset_of(file, job));
    const std::size_t known = model.operations.size();
    carry(text, std::move(carrier), file, view, model);
    const Value times = schedule(times_of(plain));
    for (std::size_t i = known; i < model.operations.size(); ++i) model.operations[i].arguments.push_back(times);
  }
  return model;
}

/// `Environment=A=b "C=d e"` as assignments.
void add_environment(const SourceFileView& file, std::string_view value, CarriedText& out) {
  for (std::string_view item : split(value, ' ')) {
    while (!item.empty() && item.front() == '"') item.remove_prefix(1);
    while (!item.empty() && item.back() == '"') item.remove_suffix(1);
    const std::size_t sign = item.find('=');
    if (sign == std::string_view::npos || !is_name(item.substr(0, sign))) continue;
    out.add(item, offset_of(file, item));
    out.add_made("\n", offset_of(file, item));
  }
}

/// `EnvironmentFile=-/etc/default/x`: its assignments are there as if they were taken in.
void add_environment_file(const SourceFileView& file, std::string_view value, CarriedText& out) {
  while (!value.empty() && (value.front() == '-' || value.front() == '"')) value.remove_prefix(1);
  while (!value.empty() && value.back() == '"') value.remove_suffix(1);
  if (value.empty() || value.find_first_of(" \t;&|$`'\"()<>\\") != std::string_view::npos) return;
  out.add_made(". ", offset_of(file, value));
  out.add(value, offset_of(file, value));
  out.add_made("\n", offset_of(file, value));
}

/// `export NAME=value`: for whoever sources the file. No line of it is a command.
Model lower_environment(const SourceFileView& file) {
  Model model;
  for (const TextLine& line : lines_of(file.text)) {
    std::string_view plain = trim(line.text);
    if (plain.starts_with("export ")) plain = trim(plain.substr(7));
    const std::size_t sign = plain.find('=');
    if (sign == std::string_view::npos || !is_name(plain.substr(0, sign)) || plain.starts_with('#')) continue;
    std::string_view value = trim(plain.substr(sign + 1));
    const bool quoted = value.size() > 1 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0];
    if (quoted) value = value.substr(1, value.size() - 2);
    const std::uint32_t begin = offset_of(file, plain);
    const Region region{file.file, file.side, ByteRange{begin, begin + static_cast<std::uint32_t>(plain.size())}};
    if (auto shared = shared_value(plain.substr(0, sign), value, region))
      model.operations.push_back(std::move(*shared));
    if (model.operations.size() >= limits::entities_per_file) break;
  }
  return model;
}

Model lower_unit(const SourceFileView& file, const CarryingView& view) {
  Model model;
  CarriedText settings;
  const std::vector<TextLine> lines = lines_of(file.text);
  for (const TextLine& line : lines) {
    const std::size_t sign = line.text.find('=');
    if (sign == std::string_view::npos) continue;
    const std::string_view key = trim(line.text.substr(0, sign));
    std::string_view value = trim(line.text.substr(sign + 1));
    if (key == "Environment" && settings.text.size() < 8192) add_environment(file, value, settings);
    if (key == "EnvironmentFile" && settings.text.size() < 8192) add_environment_file(file, value, settings);
    if (!key.starts_with("Exec")) continue;
    while (!value.empty() && std::string_view("-@:+!|").find(value.front()) != std::string_view::npos)
      value.remove_prefix(1);
    Carrier carrier;
    carrier.name = std::string(key);
    carrier.trigger = Trigger::Boot;
    if (key.starts_with("ExecStop")) carrier.direction = Direction::CleanUp;
    CarriedText text = settings;
    // A line goes on behind a stroke at its end.
    std::size_t next = (&line - lines.data()) + 1;
    while (value.ends_with('\\') && next < lines.size()) {
      text.add(value.substr(0, value.size() - 1), offset_of(file, value));
      text.add_made(" ", offset_of(file, value));
      value = trim(lines[next++].text);
    }
    text.add(value, offset_of(file, value));
    carry(text, std::move(carrier), file, view, model);
  }
  return model;
}

}  // namespace

std::vector<TextLine> lines_of(std::string_view text) {
  std::vector<TextLine> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back({line, at});
    at = end + 1;
  }
  return lines;
}

void carry(const CarriedText& text, Carrier carrier, const SourceFileView& file, const CarryingView& view,
           Model& into) {
  if (trim(text.text).empty()) return;
  carrier.rows = &view.rows;
  std::vector<std::uint32_t> map = text.whole_map();
  const auto end = file.offset + static_cast<std::uint32_t>(file.text.size());
  for (std::uint32_t& place : map) place = std::min(place, end);  // a line's made end may lie behind the last byte
  append(into, embed_commands(file, text.text, text.bytes(), map, Certainty::Exact, view.view, carrier));
}

namespace {

Model lower_kind(CommandFile kind, const SourceFileView& file, const CarryingView& view) {
  switch (kind) {
    case CommandFile::Makefile: return lower_makefile(file, view);
    case CommandFile::Justfile: return lower_justfile(file, view);
    case CommandFile::Procfile: return lower_procfile(file, view);
    case CommandFile::Crontab: return lower_crontab(file, view);
    case CommandFile::Unit: return lower_unit(file, view);
    case CommandFile::Environment: return lower_environment(file);
    case CommandFile::Vagrantfile:
    case CommandFile::Packer: return lower_provisioners(kind, file, view);
    case CommandFile::Packages:
    case CommandFile::Taskfile:
    case CommandFile::CloudConfig: return lower_scripts_document(kind, file, view);
    case CommandFile::Salt: return lower_salt(file, view);
    case CommandFile::Nomad: return lower_nomad(file, view);
    case CommandFile::Puppet: return lower_puppet(file, view);
    case CommandFile::PacketFilter: return lower_packet_filter(file);
    case CommandFile::Jsonnet: return lower_jsonnet(file, view);
    case CommandFile::Tmpfiles: return lower_tmpfiles(file, view);
    case CommandFile::Logrotate: return lower_logrotate(file, view);
    case CommandFile::RpmSpec: return lower_rpm_spec(file, view);
    case CommandFile::None:
    case CommandFile::Script:
    case CommandFile::PowerShell:
    case CommandFile::Batch: break;
  }
  return {};
}

}  // namespace

Model lower_carrier(CommandFile kind, const SourceFileView& file, const LoweringView& lowering) {
  ProgramRows rows(lowering.facts);
  Model model = lower_kind(kind, file, {lowering, rows});
  if (lowering.depth == 0) tell_starters(model, file.path);
  return model;
}

}  // namespace redtag::shell
