// Files that are no scripts but carry command lines: recipes, job tables, units, task lists, provisioners.
//
// Each reader turns its format into texts that a shell would read: variables of the format become variables of the shell, set in
// front of the commands that use them, and every byte keeps its place. The texts then take the way of any script.
#pragma once

#include "lower/carrier.h"
#include "stack/commands.h"

namespace redtag::shell {

class ProgramRows;

/// What the texts of one file share: a table of jobs has thousands of them.
struct CarryingView {
  const LoweringView& view;
  ProgramRows& rows;
};

/// Lowers a file that carries commands. Empty for a kind that is a script of its own.
[[nodiscard]] Model lower_carrier(CommandFile kind, const SourceFileView& file, const LoweringView& view);

[[nodiscard]] Model lower_makefile(const SourceFileView& file, const CarryingView& view);
[[nodiscard]] Model lower_justfile(const SourceFileView& file, const CarryingView& view);
/// package.json, composer.json, Taskfiles and cloud-config: commands in a document.
[[nodiscard]] Model lower_scripts_document(CommandFile kind, const SourceFileView& file, const CarryingView& view);
/// Vagrantfiles and Packer templates: shell in a provisioner.
[[nodiscard]] Model lower_provisioners(CommandFile kind, const SourceFileView& file, const CarryingView& view);
/// Salt's states, Nomad's jobs, Puppet's manifests and Jsonnet's containers.
[[nodiscard]] Model lower_salt(const SourceFileView& file, const CarryingView& view);
[[nodiscard]] Model lower_nomad(const SourceFileView& file, const CarryingView& view);
[[nodiscard]] Model lower_puppet(const SourceFileView& file, const CarryingView& view);
[[nodiscard]] Model lower_jsonnet(const SourceFileView& file, const CarryingView& view);
/// Rules of iptables and nft: no commands, but who may come in where.
[[nodiscard]] Model lower_packet_filter(const SourceFileView& file);
/// Tables of a system: what is made and removed at boot, what runs around the rotation of logs, what runs where a package is installed.
[[nodiscard]] Model lower_tmpfiles(const SourceFileView& file, const CarryingView& view);
[[nodiscard]] Model lower_logrotate(const SourceFileView& file, const CarryingView& view);
[[nodiscard]] Model lower_rpm_spec(const SourceFileView& file, const CarryingView& view);

/// One line of a text without its end, and where it starts.
struct TextLine {
  std::string_view text;
  std::size_t begin = 0;
};
[[nodiscard]] std::vector<TextLine> lines_of(std::string_view text);

/// Lowers one text that a carrier holds, if there is anything in it, and adds it to `into`.
void carry(const CarriedText& text, Carrier carrier, const SourceFileView& file, const CarryingView& view, Model& into);

}  // namespace redtag::shell
