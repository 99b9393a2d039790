// Files that hold command lines, by name, place and first line: scripts, and formats that carry commands of a shell.
#pragma once

#include <cstdint>
#include <string_view>

namespace redtag {

enum class CommandFile : std::uint8_t {
  None,
  Script,  ///< a shell's own
  PowerShell,
  Batch,
  Makefile,
  Justfile,
  Procfile,
  Crontab,
  Unit,  ///< of systemd
  Vagrantfile,
  Packer,
  Packages,  ///< package.json, composer.json: their scripts
  Taskfile,
  CloudConfig,   ///< `#cloud-config`
  Environment,   ///< `NAME=value` lines, for whoever sources or loads them
  Salt,          ///< states of Salt
  Nomad,         ///< jobs of Nomad
  Puppet,        ///< manifests of Puppet
  Jsonnet,       ///< what it makes manifests of
  PacketFilter,  ///< rules as iptables-restore and nft load them
  Tmpfiles,      ///< what systemd makes, empties and removes (tmpfiles.d)
  Logrotate,     ///< what rotates logs, and runs something around that
  RpmSpec,       ///< of a package, with what runs where it is installed
};

[[nodiscard]] CommandFile command_file(std::string_view path, std::string_view text);

/// A program in a language that no shell runs, by its ending or its first line: a command may name it, and a reader of commands or of
/// pipelines still makes nothing of its text.
[[nodiscard]] bool is_foreign_program(std::string_view path, std::string_view text);

}  // namespace redtag
