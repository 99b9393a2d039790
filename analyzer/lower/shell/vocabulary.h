// Words of the outside world that the front end knows by name: directories, programs, variables. They stand in fact tables
// (checks/facts/source/shell-words.tsv, shell-wrappers.tsv), one row each; nothing here lists any.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lower/shell/strip.h"

namespace redtag::shell {

/// Lists of words, by what the rows of type `list` call them.
enum class List : std::uint8_t {
  SystemDirectory,       ///< as a whole it is everything
  DriveSystemDirectory,  ///< the same below the letter of a drive
  DataDirectory,         ///< what lies below cannot be made again
  DataName,              ///< what a data directory is called wherever it lies
  DataVariable,
  DataEnding,
  TemporaryDirectory,
  CacheDirectory,
  Product,  ///< components that name what a build, a package manager or a test leaves behind
  ProductEnding,
  LocationVariable,   ///< always set, to a place or a name
  TemporaryVariable,  ///< always set, to a place for what is thrown away
  ItemVariable,
  Teller,  ///< programs that print a place or a name, and never nothing
  Backup,  ///< programs and subcommands whose purpose is a copy to restore from
  ObjectStoreClient,
  CopyingClient,
  LocalEngine,
  PlatformClient,   ///< their subcommands are verbs on a platform's things
  WholeDestroyer,   ///< without an operand they act on everything they know
  Interpreter,      ///< they run the file named behind them
  PackagedTool,     ///< package managers run them by their bare name
  EverydayProgram,  ///< its arguments are text, or it puts one file in the place of another as its daily work
  OptionOfWhere,    ///< says where a command acts, not on what
  Decoder,          ///< prints another text than what stands in the script
  Downloader,
  Rewriter,         ///< prints what it is given, changed
  CharacterDevice,  ///< below /dev, and keeps nothing
  KeptDirectory,    ///< what lies below is meant to stay, whatever it is called
  SparingOption,    ///< its value says how much a command leaves alone
  CheckingWord,     ///< begins a part of the name of a command that makes sure of something
  ProductionWord,   ///< a part of a name that says it is what everybody depends on
  TestWord,         ///< a part of a name that says it may break
  NearbyHost,       ///< names of the machine itself
  VariableReader,   ///< programs that load `.env` unasked
  SystemFile,       ///< without it the machine does not start, or lets nobody in; below a drive without its letter
  UnwatchedOption,  ///< lets an assistant do whatever it decides to, without asking anybody
  StandbyWord,      ///< stands in a question whether a server only follows another one
  DigestCheck,      ///< compares what was downloaded with a digest or a signature
};
inline constexpr std::size_t list_count = static_cast<std::size_t>(List::DigestCheck) + 1;

/// Sorted.
[[nodiscard]] std::span<const std::string_view> listed(List list);
[[nodiscard]] bool is_listed(List list, std::string_view word);
/// True if the text ends with one of the words.
[[nodiscard]] bool ends_as_listed(List list, std::string_view text);

/// Where a variable of Makefiles points to by convention where nobody sets it (`prefix`: `/usr/local`); empty for any other.
[[nodiscard]] std::string_view usual_directory(std::string_view variable);

/// Letters of other scripts that look like those of a command, with what they look like.
struct LookAlike {
  std::string_view bytes;
  char letter;
};
[[nodiscard]] std::span<const LookAlike> look_alikes();

enum class Rest : std::uint8_t {
  Command,      ///< the words that follow are the command
  Text,         ///< the words that follow are a shell text
  AfterDashes,  ///< the command follows `--`
};

/// A program that runs another command, and how its own words are skipped.
struct Wrapper {
  std::string_view words;   ///< its name and subcommands
  std::string_view valued;  ///< options that take the next word, blank-separated
  std::size_t operands;     ///< own operands before the command
  Rest rest;
  Whereabouts whereabouts = Whereabouts::Here;
};
/// Those whose words begin with `name`, sorted: `doc` gives `docker run` too, so the words themselves are still to be compared.
[[nodiscard]] std::span<const Wrapper> wrappers(std::string_view name);

enum class TextForm : std::uint8_t { Plain, List, Escapes };

/// A program that hands the value of an option to a shell.
struct TextOption {
  std::string_view words;
  std::string_view options;  ///< blank-separated
  Whereabouts whereabouts;
  /// List: `commands=…`, a text or a JSON list of lines. Escapes: a language of its own that hands single lines to a shell.
  TextForm form = TextForm::Plain;
};
[[nodiscard]] std::span<const TextOption> text_options();

}  // namespace redtag::shell
