// The way in for command texts that other files carry: a step of a workflow, an image's RUN line, a recipe, user data, a task.
//
// The host puts the text together (CarriedText), says how it comes to run (Carrier) and gets operations, procedures and safeguards
// with places in its own file. Everything in a Carrier has a default that claims nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lower/frontend.h"

namespace redtag {

namespace shell {
class ProgramRows;
}

/// Whose files a command works on, which decides what a deleted one was worth.
enum class Ground : std::uint8_t {
  Machine,  ///< a host that stays
  Runner,   ///< a build host's work folder, made for this run
  Image,    ///< the layer of an image that is being built, or a container without volumes: gone with it
};

/// The command language of a carried text.
enum class Dialect : std::uint8_t { Shell, PowerShell, Batch };

enum class OnFailure : std::uint8_t {
  GoesOn,  ///< as a plain shell does
  Stops,   ///< the carrier starts the shell with `-e`, or runs line by line and stops
};

/// How a command text comes to run, as the file that carries it says: a step of a workflow, an image's RUN line, a recipe,
/// user data, a task. Everything has a default that claims nothing.
struct Carrier {
  std::string name;  ///< behind the file in the procedure's address (`jobs.deploy.steps[2]`); empty: the file itself
  Trigger trigger = Trigger::Unknown;
  Direction direction = Direction::Unknown;
  Ground ground = Ground::Machine;
  Dialect dialect = Dialect::Shell;
  OnFailure on_failure = OnFailure::GoesOn;
  bool follows_calls =
      false;  ///< scripts and targets of the tree that it calls are followed: the host's texts are linked with theirs
  shell::ProgramRows* rows =
      nullptr;  ///< rows that an earlier text of the same file has read; for the shell's own readers
};

/// Lowers a command text that stands inside `host` at `bytes`; like embed(), with what the host knows of how it comes to run. What
/// the host's own engine puts in (`${{ … }}`, `{{ … }}`) is best handed over as hole(): the shell sees a variable there that
/// somebody else sets.
[[nodiscard]] Model embed_commands(const SourceFileView& host, std::string_view text, ByteRange bytes,
                                   std::span<const std::uint32_t> map, Certainty certainty, const LoweringView& view,
                                   const Carrier& carrier);

/// A command text put together by its host, with the way back to the image.
struct CarriedText {
  std::string text;
  std::vector<std::uint32_t> map;  ///< of each byte; end() makes it what embed() takes

  /// Adds bytes that stand in the image from `offset` on.
  void add(std::string_view written, std::uint32_t offset);
  /// Adds bytes that stand nowhere and point at `offset`.
  void add_made(std::string_view made, std::uint32_t offset);
  /// Adds one word of an argument list (`["rm", "-rf", "/x y"]`) so that the shell reads it as that word, with a blank in front.
  void add_word(std::string_view word, std::uint32_t offset);
  /// Puts a hole in the place of everything from `open` to `close` (`${{` and `}}`).
  void punch(std::string_view open, std::string_view close);
  /// The map with the element for the text's end.
  [[nodiscard]] std::vector<std::uint32_t> whole_map() const;
  [[nodiscard]] ByteRange bytes() const;
};

/// What stands for a value that the host's engine puts in before the shell sees it. `name` shows up in messages.
[[nodiscard]] std::string hole(std::string_view name);

}  // namespace redtag
