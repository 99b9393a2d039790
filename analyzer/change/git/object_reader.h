// Objects by name, from one long-lived `git cat-file`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"

namespace redtag {

enum class ObjectType : std::uint8_t { Blob, Tree, Commit, Tag };

struct ObjectHeader {
  std::string id;
  ObjectType type = ObjectType::Blob;
  std::size_t size = 0;
};

struct GitObject {
  ObjectHeader header;
  std::string content;  ///< empty if it is larger than the caller wanted
  bool too_large = false;
};

/// Asks for objects by id or by any expression that git knows (`HEAD^{tree}`, `v1~2`). What is not there is nullopt; errors are
/// those of the program. A forked copy of this process gets a program of its own at its first question. Not for two threads.
class ObjectReader {
 public:
  /// `command` runs `git cat-file --batch-command --buffer`.
  [[nodiscard]] static Expected<ObjectReader> start(Command command);
  /// Goes on with another command, for example one that knows more object stores.
  [[nodiscard]] Expected<void> restart(Command command);

  /// What the expressions name, in their order. An expression with a line break in it names nothing.
  [[nodiscard]] Expected<std::vector<std::optional<ObjectHeader>>> find(std::span<const std::string> expressions);
  /// Contents, in the order of the ids; those of more than `most` bytes are left out. All questions go out before the first answer
  /// is read; sizes are asked for apart only behind an object that is too large.
  [[nodiscard]] Expected<std::vector<std::optional<GitObject>>> read(std::span<const std::string> ids,
                                                                     std::size_t most);
  /// The same in one question each instead of two, for objects that are small as a rule. From the first one on that is not, none.
  [[nodiscard]] Expected<std::vector<std::optional<GitObject>>> read_small(std::span<const std::string> ids,
                                                                           std::size_t most);
  /// One object.
  [[nodiscard]] Expected<std::optional<GitObject>> read(const std::string& id, std::size_t most);

 private:
  ObjectReader(Command command, Child child);
  Expected<void> renew();
  Expected<std::vector<std::optional<GitObject>>> read_by_size(std::span<const std::string> ids, std::size_t most);
  Expected<void> ask(std::string_view word, std::span<const std::string> names);
  Expected<void> need(std::size_t bytes);
  Expected<std::string_view> take_line();
  Expected<std::optional<ObjectHeader>> take_header();
  [[nodiscard]] tl::unexpected<Error> ended();

  Command command_;
  Child child_;
  int owner_ = 0;
  std::string buffer_;  // output not yet taken starts at at_
  std::size_t at_ = 0;
};

}  // namespace redtag
