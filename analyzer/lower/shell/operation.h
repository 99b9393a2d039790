// From a command line to operations: what each handler shares, and the handlers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lower/shell/effect.h"
#include "lower/shell/interpreter.h"
#include "lower/shell/line.h"
#include "model/model.h"

namespace redtag::shell {

/// Where operands point: the worst of them decides.
struct Aim {
  Value target;
  Place place = Place::Unknown;
  IfEmpty if_empty = IfEmpty::Nothing;
  bool harmless = false;    ///< all of them are
  bool everything = false;  ///< a root, or a root when something is empty
  bool limited = false;     ///< only what passes a test: a name, an age
};
[[nodiscard]] Aim aim_at(const LineView& line, const std::vector<std::size_t>& operands);
/// The same for words that are no arguments, as the file of a redirection.
[[nodiscard]] Aim aim_at(const LineView& line, const std::vector<Reading>& readings, const Word& word);

/// An operation with everything that the line alone says.
[[nodiscard]] Operation begin_operation(const LineView& line, Verb verb, std::string action);
/// Where a command runs and as what, in a text each: the same words on another host, with another setting in front of them or after
/// another cluster was chosen do something else. Not its directory.
[[nodiscard]] std::vector<std::string> setting_of(const LineView& line);
/// Files of variables that wrappers load for it (`dotenv -e .env.test -- …`), as surroundings.
[[nodiscard]] std::vector<Value> loads_of(const LineView& line);
/// What has to hold before it runs, innermost first, as surroundings.
[[nodiscard]] std::vector<Value> conditions_of(const LineView& line);
/// `yes | terraform destroy`: what would ask is answered.
[[nodiscard]] bool is_answered(const LineView& line);
/// `aws ec2 describe-instances --filters … | xargs aws ec2 terminate-instances`, `Get-VM | Remove-VM`: what finds the operands decides on
/// what it acts.
void add_producer(const LineView& line, Operation& operation);
/// Cites the row of these words, if a table has it.
void cite(Operation& operation, const FactTables& facts, std::string_view program, std::string_view words);
/// Fills target, object and the flags about it. `plain` is the object's name when the place says nothing special.
void set_aim(Operation& operation, Aim aim, std::string_view plain);

/// The operand behind the subcommands, or the value of the first option that names a thing.
void set_target(Operation& operation, const LineView& line, std::size_t from);

/// Engines that keep what they hold on the machine itself: a build host's go with it.
[[nodiscard]] bool is_local_engine(std::string_view program);
/// True if what is named comes from another command (`delete $(list)`, `list | xargs delete`): as many as that finds.
[[nodiscard]] bool names_a_query(const LineView& line, std::size_t from);
/// `s3 cp`, `s3 sync`: one thing in the place of another is the daily work of clients of object stores, unless an argument makes it
/// delete or overwrite.
[[nodiscard]] bool copies(std::string_view program, std::string_view path);

enum class Handled : std::uint8_t { No, Yes };

/// rm, shred, dd, mkfs, truncate, find -delete, rsync --delete …: files, directories and disks.
[[nodiscard]] Handled lower_files(const LineView& line, ProgramRows& programs, std::vector<Operation>& out);
/// Privilege, firewall, TLS verification, ownership: what a script steers on its machine.
[[nodiscard]] Handled lower_machine(const LineView& line, const FactTables& facts, std::vector<Operation>& out);
/// Redirections that truncate or write into files that steer; once for each command, whatever it runs.
void lower_redirects(const LineView& line, const FactTables& facts, std::vector<Operation>& out);
/// Variables that switch off the check of certificates.
void lower_assignments(const LineView& line, std::vector<Operation>& out);
/// What copies data so that it can be restored. nullopt for what does not.
[[nodiscard]] std::optional<Operation> lower_backup(const LineView& line);

/// What the script makes itself, by the first command that does.
[[nodiscard]] Creations find_creations(const Script& script, const Scope& scope);

/// A command line that another one means: a row of the tables speaks of it. Owns its words.
struct SpelledLine {
  std::string program;
  std::vector<Word> words;          ///< program first
  std::vector<Argument> arguments;  ///< of those words
};
/// What stands for a request: `curl -X DELETE URL` for all the ways to write one. nullopt for a line that sends none.
[[nodiscard]] std::optional<SpelledLine> spell_request(const LineView& line);
/// The commands that a client of a key-value store gets, by operands, here-document or pipe, in the tables' spelling.
[[nodiscard]] std::vector<SpelledLine> spell_store_commands(const LineView& line);
/// Calls that destroy in a script for a document database (`db.orders.drop()`), and mutations of a GraphQL request.
[[nodiscard]] Handled lower_document_store(const LineView& line, const FactTables& facts, std::vector<Operation>& out);
[[nodiscard]] Handled lower_mutations(const LineView& line, const FactTables& facts, std::vector<Operation>& out);
/// An assistant that is told to do whatever it decides to without asking (`--yolo`).
void lower_unwatched(const LineView& line, std::vector<Operation>& out);
/// A program that nobody can read before it runs: what is decoded, downloaded or named with look-alike letters.
void lower_unread(const LineView& line, std::vector<Operation>& out);
/// A program of another language that decodes what it runs (`exec(b64decode(…))`).
void lower_decoding(const LineView& line, std::string_view program, std::vector<Operation>& out);
/// The texts that a command reads from its input and that stand in the script: here-documents, `echo … |`.
[[nodiscard]] std::vector<const std::vector<Part>*> input_texts(const LineView& line);

/// The parts of a text with variables whose value stands in the script in their place; a text that is one variable has as many as that
/// has values.
[[nodiscard]] std::vector<std::vector<Part>> spelled_out(const LineView& line, const std::vector<Part>& parts);

/// A program that an interpreter gets; variables of the script that are not known are marked as in strip().
struct ProgramText {
  std::string text;
  std::vector<std::uint32_t> map;  ///< file offset of each byte, and one for the end
};
[[nodiscard]] std::vector<ProgramText> program_texts(const LineView& line, Interpreter interpreter);

/// The line with the arguments that its program takes from a variable of the script (TF_CLI_ARGS); nullopt where there are none.
[[nodiscard]] std::optional<SpelledLine> spell_environment(const LineView& line);

/// A text of SQL that a database client gets.
struct SqlText {
  std::string text;
  std::vector<std::uint32_t> map;  ///< file offset of each byte, and one for the end
  ByteRange bytes;
  bool certain = true;  ///< false if a part of it comes from a variable
};
[[nodiscard]] std::vector<SqlText> sql_texts(const LineView& line);
/// Operands of a database client that name what it connects to: a database, a file, a URL.
[[nodiscard]] std::vector<std::string> databases_of(const LineView& line);

}  // namespace redtag::shell
