// File names as patches write them: quoted or not, with prefixes or without, with time stamps behind them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "change/change.h"

namespace redtag {

/// Takes a C-quoted name ("a\tb", "\303\244") off the front of `text`, which must start with the quote. nullopt if it is no such
/// name, leaving `text` anywhere.
[[nodiscard]] std::optional<std::string> take_quoted(std::string_view& text);

/// A whole line's name, quoted or not.
[[nodiscard]] std::optional<std::string> read_name(std::string_view text);

/// The name of a `--- ` or `+++ ` line without its first four characters, and what stands behind it (a time stamp).
struct NamedFile {
  std::string name;
  std::string_view remark;  ///< views the line
  /// `/dev/null`, or a time stamp of the epoch, or Subversion's words for it. The last two only hint at a missing file.
  [[nodiscard]] bool null_device() const { return name == "/dev/null"; }
  [[nodiscard]] bool seems_missing() const;
};
[[nodiscard]] std::optional<NamedFile> read_named_file(std::string_view text);

/// The one name that both names mean, if they differ at most in what stands before it: `a/x` and `b/x` mean `x`, `x` and `x`
/// mean `x`. nullopt if they mean two files.
[[nodiscard]] std::optional<std::string> shared_name(std::string_view before, std::string_view after);

/// The name that both halves of the rest of a `diff --git ` line mean. nullopt if they mean two files, or cannot be told apart.
[[nodiscard]] std::optional<std::string> shared_git_name(std::string_view text);

/// `name` without a prefix that diff programs put before the names of that side (`a/`, `b/`, `i/`, `w/`, `c/`, `o/`, `1/`, `2/`).
[[nodiscard]] std::string_view without_prefix(std::string_view name, Side side);

/// True if `name` is `path` with or without something before it.
[[nodiscard]] bool means_path(std::string_view name, std::string_view path);

/// A path inside a tree: no empty, `.` or `..` components, no NUL. Leading slashes and `.` components are taken off first.
/// nullopt if it is none.
[[nodiscard]] std::optional<Path> tree_path(std::string_view name);

}  // namespace redtag
