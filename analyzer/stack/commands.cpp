#include "stack/commands.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace redtag {

namespace {

struct Ending {
  std::string_view ending;
  CommandFile file;
};

constexpr std::array endings = std::to_array<Ending>({
    {".sh", CommandFile::Script},         {".bash", CommandFile::Script},     {".zsh", CommandFile::Script},
    {".ksh", CommandFile::Script},        {".fish", CommandFile::Script},     {".ps1", CommandFile::PowerShell},
    {".psm1", CommandFile::PowerShell},   {".bat", CommandFile::Batch},       {".cmd", CommandFile::Batch},
    {".mk", CommandFile::Makefile},       {".mak", CommandFile::Makefile},    {".just", CommandFile::Justfile},
    {".cron", CommandFile::Crontab},      {".crontab", CommandFile::Crontab}, {".service", CommandFile::Unit},
    {".env", CommandFile::Environment},   {".pkr.hcl", CommandFile::Packer},  {".sls", CommandFile::Salt},
    {".nomad", CommandFile::Nomad},       {".nomad.hcl", CommandFile::Nomad}, {".jsonnet", CommandFile::Jsonnet},
    {".libsonnet", CommandFile::Jsonnet},
});

constexpr std::array names = std::to_array<Ending>({
    {"makefile", CommandFile::Makefile},
    {"gnumakefile", CommandFile::Makefile},
    {"makefile.am", CommandFile::Makefile},
    {"makefile.in", CommandFile::Makefile},
    {"justfile", CommandFile::Justfile},
    {".justfile", CommandFile::Justfile},
    {"procfile", CommandFile::Procfile},
    // What a shell reads when it starts, or when someone walks into the directory.
    {".envrc", CommandFile::Script},
    {".profile", CommandFile::Script},
    {".bashrc", CommandFile::Script},
    {".bash_profile", CommandFile::Script},
    {".bash_login", CommandFile::Script},
    {".bash_logout", CommandFile::Script},
    {".bash_aliases", CommandFile::Script},
    {".zshrc", CommandFile::Script},
    {".zprofile", CommandFile::Script},
    {".zshenv", CommandFile::Script},
    {".zlogin", CommandFile::Script},
    {".kshrc", CommandFile::Script},
    {"crontab", CommandFile::Crontab},
    {"vagrantfile", CommandFile::Vagrantfile},
    {"package.json", CommandFile::Packages},
    {"composer.json", CommandFile::Packages},
    {"taskfile.yml", CommandFile::Taskfile},
    {"taskfile.yaml", CommandFile::Taskfile},
    {"taskfile.dist.yml", CommandFile::Taskfile},
    {"taskfile.dist.yaml", CommandFile::Taskfile},
});

/// Hooks of git have no ending, and those that a package manager installs no first line either.
constexpr std::array<std::string_view, 12> hooks{"pre-commit",   "pre-push",     "post-merge", "post-checkout",
                                                 "post-commit",  "commit-msg",   "pre-rebase", "pre-receive",
                                                 "post-receive", "post-rewrite", "update",     "prepare-commit-msg"};

/// `#!/bin/sh`, `#!/usr/bin/env -S bash -e` and the like.
CommandFile by_first_line(std::string_view text) {
  if (text.starts_with("#cloud-config")) return CommandFile::CloudConfig;
  if (!text.starts_with("#!")) return CommandFile::None;
  constexpr std::array shells = std::to_array<std::string_view>({"sh", "bash", "dash", "zsh", "ksh", "ash", "fish"});
  for (const std::string_view word : split(trim(text.substr(2, text.find('\n') - 2)), ' ')) {
    const auto slash = word.rfind('/');
    const std::string_view program = slash == std::string_view::npos ? word : word.substr(slash + 1);
    if (std::find(shells.begin(), shells.end(), program) != shells.end()) return CommandFile::Script;
    if (program == "pwsh" || program == "powershell") return CommandFile::PowerShell;
    if (program == "make") return CommandFile::Makefile;
    if (program == "just") return CommandFile::Justfile;
  }
  return CommandFile::None;
}

constexpr auto foreign_endings = std::to_array<std::string_view>(
    {".c",   ".cc",  ".cpp", ".cs", ".ex", ".exs", ".go",    ".java",  ".js", ".kt", ".lua",
     ".mjs", ".php", ".pl",  ".py", ".rb", ".rs",  ".scala", ".swift", ".ts", ".tsx"});

bool is_packer_template(std::string_view name, std::string_view text) {
  return name.ends_with(".json") && text.find("\"builders\"") != std::string_view::npos &&
         text.find("\"provisioners\"") != std::string_view::npos;
}

/// A manifest of Puppet by what it declares; policies of SELinux have the ending too, and are no text.
bool is_manifest(std::string_view name, std::string_view text) {
  return name.ends_with(".pp") && text.find("=>") != std::string_view::npos && text.find('{') != std::string_view::npos;
}

/// A job by its blocks, in a file that is called after what it runs.
bool is_nomad_job(std::string_view name, std::string_view text) {
  const bool opens = text.starts_with("job \"") || text.find("\njob \"") != std::string_view::npos;
  return name.ends_with(".hcl") && opens && text.find("task \"") != std::string_view::npos;
}

/// Rules of iptables or nft, by their name and by what stands in them; a program that holds such a text is none.
bool is_packet_filter(std::string_view name, std::string_view text) {
  static constexpr std::array rule_files =
      std::to_array<std::string_view>({"iptables", "ip6tables", "rules.v4", "rules.v6", "before.rules", "before6.rules",
                                       "after.rules", "after6.rules", "user.rules", "user6.rules", "nftables", ".nft"});
  static constexpr std::array programs =
      std::to_array<std::string_view>({".yml", ".yaml", ".json", ".md", ".rst", ".txt", ".html", ".go", ".py", ".rb",
                                       ".pl", ".c", ".h", ".rs", ".patch"});
  const auto held = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  const auto ends = [&](std::string_view part) { return name.ends_with(part); };
  if (std::none_of(rule_files.begin(), rule_files.end(), held) || std::any_of(programs.begin(), programs.end(), ends))
    return false;
  const bool restored = text.starts_with("*") || text.find("\n*") != std::string_view::npos;
  const bool tables = text.find("table ") != std::string_view::npos && text.find("chain ") != std::string_view::npos;
  return (restored && text.find("\n-A ") != std::string_view::npos) || tables;
}

/// `*/5 * * * *`, `@daily`: each line that is no comment and sets no variable begins with times.
bool is_job_table(std::string_view text) {
  std::size_t jobs = 0;
  for (std::string_view line : split(text.substr(0, 16384), '\n')) {
    line = trim(line);
    if (line.empty() || line[0] == '#') continue;
    const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
    if (line.substr(0, blank).find('=') != std::string_view::npos) continue;
    if (line[0] == '@') {
      ++jobs;
      continue;
    }
    for (int field = 0; field < 5; ++field) {
      const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
      if (end == 0 || line.substr(0, end).find_first_not_of("0123456789*/,-") != std::string_view::npos)
        return jobs > 0;
      line = trim(line.substr(end));
    }
    if (line.empty()) return false;
    ++jobs;
  }
  return jobs > 0;
}

/// Kept encrypted, by its name: no shell reads it as it stands.
bool is_sealed(std::string_view name) {
  static constexpr std::array marks =
      std::to_array<std::string_view>({".enc", ".gpg", ".age", ".asc", ".sops", ".vault", ".sealed"});
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return name.find(mark) != std::string_view::npos; });
}

}  // namespace

bool is_foreign_program(std::string_view path, std::string_view text) {
  const std::string name = lower_ascii(path.substr(path.rfind('/') + 1));
  const bool ending = std::any_of(foreign_endings.begin(), foreign_endings.end(),
                                  [&](std::string_view each) { return name.ends_with(each); });
  return command_file(path, text) == CommandFile::None && (ending || text.starts_with("#!"));
}

CommandFile command_file(std::string_view path, std::string_view text) {
  const auto slash = path.rfind('/');
  const std::string_view directory = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  const std::string name = lower_ascii(slash == std::string_view::npos ? path : path.substr(slash + 1));
  for (const Ending& known : endings) {
    if (name.ends_with(known.ending)) return known.file;
  }
  for (const Ending& known : names) {
    if (name == known.ending) return known.file;
  }
  if (name.starts_with("makefile.") || name.starts_with("makefile_")) return CommandFile::Makefile;
  if (name.starts_with("procfile.")) return CommandFile::Procfile;
  // An example is nobody's environment.
  const bool example = name.find("example") != std::string::npos || name.find("sample") != std::string::npos ||
                       name.find("template") != std::string::npos || name.ends_with(".dist");
  if (name.starts_with(".env.") && !example && !is_sealed(name)) return CommandFile::Environment;
  if (const CommandFile known = by_first_line(text); known != CommandFile::None) return known;
  if (directory.ends_with("cron.d") || directory.ends_with("crontabs")) return CommandFile::Crontab;
  // `cron/jobs`, `backup.cron.txt`
  const bool plain = name.find('.') == std::string::npos || name.ends_with(".txt") || name.ends_with(".conf");
  const bool of_cron = name.find("cron") != std::string::npos || directory.ends_with("/cron") || directory == "cron";
  if (plain && of_cron && is_job_table(text)) return CommandFile::Crontab;
  const bool hook = std::find(hooks.begin(), hooks.end(), name) != hooks.end();
  if (hook && (directory.ends_with("hooks") || directory.ends_with(".husky"))) return CommandFile::Script;
  if (is_packet_filter(name, text)) return CommandFile::PacketFilter;
  if (name.ends_with(".conf") && directory.ends_with("tmpfiles.d")) return CommandFile::Tmpfiles;
  if (directory.ends_with("logrotate.d") || name == "logrotate.conf" || name.ends_with(".logrotate"))
    return CommandFile::Logrotate;
  if (name.ends_with(".spec") && text.find("\n%files") != std::string_view::npos) return CommandFile::RpmSpec;
  if (is_nomad_job(name, text)) return CommandFile::Nomad;
  if (is_manifest(name, text)) return CommandFile::Puppet;
  return is_packer_template(name, text) ? CommandFile::Packer : CommandFile::None;
}

}  // namespace redtag
