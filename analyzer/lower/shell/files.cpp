// What the core tools do to files, directories and disks.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/operation.h"
#include "lower/shell/standby.h"
#include "lower/shell/vocabulary.h"
#include "model/surrounding.h"

namespace redtag::shell {

namespace {

void emit(Operation operation, std::vector<Operation>& out) { out.push_back(std::move(operation)); }

/// Where find's action stands: tests behind it limit nothing.
std::size_t action_of(const LineView& find, std::size_t from) {
  for (std::size_t i = from; i < find.words.size(); ++i) {
    const std::string& text = find.words[i].text;
    if (text == "-delete" || text == "-exec" || text == "-execdir" || text == "-ok") return i;
  }
  return find.words.size();
}

/// Tests of find that limit what is hit.
bool is_limited(const LineView& find, std::size_t from, std::size_t to) {
  static constexpr std::array<std::string_view, 18> tests{
      "-name",  "-iname", "-path", "-ipath", "-wholename", "-mtime", "-mmin",  "-ctime", "-atime",
      "-newer", "-regex", "-size", "-user",  "-group",     "-perm",  "-empty", "-inum",  "-lname"};
  for (std::size_t i = from; i < to; ++i) {
    if (std::find(tests.begin(), tests.end(), find.text(i)) != tests.end()) return true;
  }
  return false;
}

/// The places that find searches, and whether what it looks for is made again by running something.
Aim aim_of_find(const LineView& line, std::size_t find_at) {
  std::vector<std::size_t> places;
  std::size_t i = find_at + 1;
  for (; i < line.words.size(); ++i) {
    const std::string& text = line.words[i].text;
    if (text == "-L" || text == "-P" || text == "-H") continue;
    if (text.empty() || text[0] == '-' || text == "(" || text == "!") break;
    places.push_back(i);
  }
  Aim aim = aim_at(line, places);
  if (places.empty()) aim.target = known_string(".", line.as_written().region);
  const bool data = aim.place == Place::Data;  // where `*.sql.gz` is what somebody wants back
  bool products = false;
  const std::size_t action = action_of(line, i);
  for (std::size_t at = i; at + 1 < action + 1 && at + 1 < line.words.size(); ++at) {
    const std::string& test = line.words[at].text;
    if (test == "-empty") products = true;
    if (test != "-name" && test != "-iname" && test != "-path") continue;
    products =
        !data && is_harmless(place_of(line.words[at + 1].readings.front(), line.script, line.created, line.command));
  }
  if (products) aim.harmless = true;
  if (is_limited(line, i, action)) {
    aim.everything = false;
    aim.limited = true;
    if (aim.if_empty == IfEmpty::Parent) aim.if_empty = IfEmpty::Checked;
    if (is_everything(aim.place)) aim.place = Place::Ordinary;
  }
  return aim;
}

/// Operands that xargs or find hand over: as harmless as where they come from.
Aim aim_of_input(const LineView& line) {
  Aim aim;
  const std::optional<std::size_t> source = line.as_written().piped;
  aim.target = unknown_value("(input)", std::string(hole_name(Hole::Input)), line.as_written().region);
  if (!source) return aim;
  const std::vector<Argument> words = line.scope.arguments(*source);
  std::vector<std::string> texts;
  for (const Argument& word : words) texts.push_back(word.text);
  const std::vector<Invocation> runs = strip(texts);
  if (runs.empty()) return aim;
  const LineView producer{line.script, line.scope, line.created, *source, runs.front(), words, line.directory};
  aim.target = unknown_value(shortened(line.script.commands[*source].source, 120), "what another command prints",
                             line.as_written().region);
  const std::string& program = runs.front().program;
  if (program == "find" || program == "gfind") {
    Aim from = aim_of_find(producer, producer.invocation.begin);
    from.target = aim.target;
    from.everything = false;
    from.if_empty = IfEmpty::Nothing;
    return from;
  }
  if (program == "ls" || program == "fd" || program == "echo" || program == "printf") {
    const Aim from = aim_at(producer, producer.operands("-name -path -type -mtime -maxdepth -mindepth -iname -o -a"));
    aim.harmless = from.harmless;
    if (from.place == Place::Data || from.place == Place::Kept) aim.place = from.place;
  }
  return aim;
}

/// `find /srv -exec sh -c 'rm "$1"' _ {} +`, `… | xargs -I{} sh -c 'rm {}'`: what a text is told by the one who runs it. nullopt where
/// the operands are others.
std::optional<Aim> aim_of_given(const LineView& line, const std::vector<std::size_t>& operands) {
  const auto is_given = [&](std::size_t i) {
    const Word& word = *line.words[i].word;
    const bool one = word.parts.size() == 1 && word.parts[0].kind == PartKind::Variable;
    if (!one) return word.source == "{}";
    if (line.words[i].readings.front().size() != 1) return false;
    return line.words[i].readings.front().front().hole == Hole::Item;
  };
  if (operands.empty() || !std::all_of(operands.begin(), operands.end(), is_given)) return std::nullopt;
  for (BlockId at = line.as_written().block; at.value != 0; at = line.script.blocks[at.value].parent) {
    const Block& block = line.script.blocks[at.value];
    if (block.kind == BlockKind::Function) return std::nullopt;
    if (!block.given) continue;
    if (!block.given->fed) return std::nullopt;
    const std::size_t teller = block.given->command;
    const std::vector<Argument> words = line.scope.arguments(teller);
    std::vector<std::string> texts;
    for (const Argument& word : words) texts.push_back(word.text);
    std::vector<Invocation> runs = strip(texts);
    if (runs.empty()) return std::nullopt;
    const bool searches = runs.front().program == "find" || runs.front().program == "gfind";
    const LineView producer{line.script, line.scope,    line.created, teller, std::move(runs.front()),
                            words,       line.directory};
    return searches ? aim_of_find(producer, producer.invocation.begin) : aim_of_input(producer);
  }
  return std::nullopt;
}

/// `find /srv -mtime +30 -exec rm {} +`: the tests decide on what goes, as words of rm would.
void add_search(const LineView& line, Operation& operation) {
  std::string tests;
  const std::size_t from = *line.invocation.search + 1;
  const std::size_t last = std::min(action_of(line, from), line.words.size());
  for (std::size_t i = from; i < last; ++i) {
    const std::string text = known_text(line.words[i].readings.front()).value_or(line.words[i].word->source);
    tests += (tests.empty() ? "" : " ") + text;
  }
  if (!tests.empty()) operation.arguments.push_back(known_string("of " + shortened(tests, 400)));
}

/// `rm -f /var/lib/mysql/*`: what lies in a directory.
bool names_contents(const LineView& line, const std::vector<std::size_t>& operands) {
  return std::any_of(operands.begin(), operands.end(), [&](std::size_t i) {
    const Reading& reading = line.words[i].readings.front();
    return !reading.empty() && reading.back().glob && reading.back().hole == Hole::None &&
           reading.back().text.ends_with("/*");
  });
}

Handled lower_rm(const LineView& line, ProgramRows& programs, std::vector<Operation>& out) {
  std::vector<std::size_t> operands = line.operands();
  // `parallel rm -rf ::: a b`
  const bool listed = line.has_word(":::");
  if (listed) std::erase_if(operands, [&](std::size_t i) { return line.text(i) == ":::" || line.text(i) == "{}"; });
  const bool from_find = line.invocation.search.has_value();
  if (operands.empty() && !line.invocation.reads_operands && !from_find) return Handled::Yes;
  const bool recursive = line.has_any({"-r", "-R", "--recursive"}) || line.invocation.program == "rimraf";
  const bool forced = line.has_any({"-f", "--force"});
  Operation operation = begin_operation(line, Verb::Destroy, recursive ? "recursive" : "");
  operation.arming = forced ? Arming::Armed : Arming::Plain;
  if (line.has_any({"-i", "--interactive", "-I"})) operation.arming = Arming::Disarmed;
  std::optional<Aim> given = aim_of_given(line, operands);
  // `parallel rm -rf /srv/data/{}`: what stands there beside what comes in.
  if (!given && line.invocation.reads_operands && !listed) {
    std::vector<std::size_t> written = operands;
    std::erase_if(written, [&](std::size_t i) { return line.text(i) == "{}"; });
    Aim beside = aim_at(line, written);
    if (beside.everything || beside.place == Place::Data || beside.place == Place::Kept) given = std::move(beside);
  }
  Aim aim = from_find                                   ? aim_of_find(line, *line.invocation.search)
            : given                                     ? *given
            : line.invocation.reads_operands && !listed ? aim_of_input(line)
                                                        : aim_at(line, operands);
  if (!recursive && !from_find && !given && !line.invocation.reads_operands) {
    // Without -r a directory stays, so that an empty part costs nothing but an error; a device node can be made again.
    aim.if_empty = IfEmpty::Nothing;
    if (aim.place == Place::Device) aim.place = Place::Ordinary;
    aim.everything = is_everything(aim.place);
  }
  if (from_find) add_search(line, operation);
  const bool data = aim.place == Place::Data && !aim.harmless;
  if (data && only_on_standby(line)) operation.arguments.push_back(surrounding("only on", "a standby"));
  // What find comes upon is all of a directory, or a part of it, whoever hands it over.
  const bool found = from_find || ((given || line.invocation.reads_operands || names_contents(line, operands)) &&
                                   (aim.place == Place::Data || aim.place == Place::Kept));
  set_aim(operation, std::move(aim), recursive || found ? "directory" : "file");
  const bool windows =
      line.invocation.program == "rd" || line.invocation.program == "del" || line.invocation.program == "Remove-Item";
  windows ? cite(operation, programs.facts(), line.invocation.program, "")
          : cite(operation, programs.facts(), "rm", recursive ? "-r" : "");
  emit(std::move(operation), out);
  return Handled::Yes;
}

Handled lower_find(const LineView& line, ProgramRows& programs, std::vector<Operation>& out) {
  if (!line.has_word("-delete")) return Handled::Yes;  // its -exec is a command of its own
  Operation operation = begin_operation(line, Verb::Destroy, "delete");
  set_aim(operation, aim_of_find(line, line.invocation.begin), "directory");
  cite(operation, programs.facts(), "find", "-delete");
  emit(std::move(operation), out);
  return Handled::Yes;
}

Handled lower_dd(const LineView& line, ProgramRows& programs, std::vector<Operation>& out) {
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    if (!line.text(i).starts_with("of=")) continue;
    std::vector<Reading> readings = line.words[i].readings;
    for (Reading& reading : readings) {
      if (!reading.empty() && reading[0].text.starts_with("of=")) reading[0].text.erase(0, 3);
      if (!reading.empty() && reading[0].text.empty()) reading.erase(reading.begin());
    }
    Aim aim = aim_at(line, readings, *line.words[i].word);
    if (aim.place != Place::Device && aim.place != Place::Data) return Handled::Yes;
    Operation operation = begin_operation(line, Verb::Overwrite, "");
    set_aim(operation, std::move(aim), "file");
    cite(operation, programs.facts(), "dd", "of=/dev/");
    emit(std::move(operation), out);
  }
  return Handled::Yes;
}

/// Commands that wipe a whole disk or file system given as their operand.
Handled lower_wipe(const LineView& line, ProgramRows& programs, std::vector<Operation>& out) {
  const std::string& program = line.invocation.program;
  const std::vector<std::size_t> operands = line.operands("-L -t -n -s -m -i -b -O -U -E -N -o --size");
  Operation operation = begin_operation(line, Verb::Destroy, "");
  if (program == "truncate") operation.verb = Verb::Empty;
  if (program == "shred") operation.verb = Verb::Overwrite;
  if (program == "wipefs" && !line.has_any({"-a", "--all", "-o"})) return Handled::Yes;
  if (program == "sgdisk" && !line.has_any({"-Z", "-z", "-o", "--zap-all", "--zap", "--clear"})) return Handled::Yes;
  if (program == "truncate") {
    const std::size_t size = line.value_of("-s") != LineView::npos ? line.value_of("-s") : line.value_of("--size");
    if (size == LineView::npos || !line.text(size).ends_with("0") ||
        line.text(size).find_first_of("123456789") != std::string::npos) {
      return Handled::Yes;
    }
  }
  Aim aim = aim_at(line, operands);
  // What lies in a directory is a file that somebody made for it; a disk whose name is not known is still a disk.
  const bool formats = program == "mkswap" || program.starts_with("mkfs");
  if (formats && (aim.place == Place::Ordinary || aim.place == Place::Kept)) aim.harmless = true;
  set_aim(operation, std::move(aim), program == "shred" || program == "truncate" ? "file" : "device");
  operation.arming = line.has_any({"-f", "-F", "--force", "-y"}) ? Arming::Armed : Arming::Plain;
  const auto effect = find_effect(programs, line);
  if (effect) {
    operation.fact = std::string(effect->row.source);
    operation.cited = effect->row.source.starts_with("http");
  }
  emit(std::move(operation), out);
  return Handled::Yes;
}

Handled lower_rsync(const LineView& line, ProgramRows& programs, std::vector<Operation>& out) {
  static constexpr std::array<std::string_view, 6> deleting{"--delete",        "--delete-after",    "--delete-before",
                                                            "--delete-during", "--delete-excluded", "--del"};
  const bool deletes =
      std::any_of(deleting.begin(), deleting.end(), [&](std::string_view o) { return line.has_word(o); });
  const std::vector<std::size_t> operands =
      line.operands("-e --exclude --include --filter --rsh --exclude-from -f --chown --bwlimit");
  if (operands.size() < 2 && !deletes) return Handled::No;
  if (operands.empty()) return Handled::Yes;
  Operation operation = begin_operation(line, Verb::Delete, "--delete");
  // Without it nothing goes; that it comes later is seen by comparison.
  if (!deletes || line.has_any({"-n", "--dry-run"})) operation.arming = Arming::Disarmed;
  // A part that is empty still names a directory of the other host, as a rule one of many; what it mirrors is put back with it.
  Aim aim = aim_at(line, {operands.back()});
  if (aim.if_empty != IfEmpty::Everything) aim.if_empty = IfEmpty::Nothing;
  set_aim(operation, std::move(aim), "directory");
  cite(operation, programs.facts(), "rsync", "--delete");
  emit(std::move(operation), out);
  return Handled::Yes;
}

Handled lower_git(const LineView& line, ProgramRows& programs, std::vector<Operation>& out) {
  const std::vector<std::size_t> words = line.operands("-C -c --git-dir --work-tree");
  if (words.empty()) return Handled::Yes;
  const std::string& subcommand = line.text(words.front());
  if (subcommand == "push") {
    const bool mirror = line.has_any({"--mirror", "--prune"});
    bool deletes = line.has_any({"--delete", "-d"});
    bool forced = line.has_any({"--force", "-f"}) || line.has("--force-with-lease");
    for (const std::size_t i : words) {
      forced = forced || line.text(i).starts_with("+");
      deletes = deletes || (line.text(i).starts_with(":") && line.text(i).size() > 1);
    }
    if (!mirror && !deletes && !forced) return Handled::Yes;
    Operation operation = begin_operation(line, deletes || mirror ? Verb::Destroy : Verb::Overwrite,
                                          deletes  ? "push --delete"
                                          : mirror ? "push --mirror"
                                                   : "push --force");
    operation.object = "branch";
    operation.arming = line.has_any({"--dry-run", "-n", "--force-with-lease"}) ? Arming::Disarmed : Arming::Armed;
    operation.unbounded = line.has_any({"--all", "--tags", "--mirror"});
    if (words.size() > 1) operation.target = value_of(line.words[words.back()]);
    cite(operation, programs.facts(), "git", deletes ? "push --delete" : mirror ? "push --mirror" : "push");
    emit(std::move(operation), out);
    return Handled::Yes;
  }
  if (subcommand == "clean") {
    if (!line.has_any({"-f", "--force"}) || line.has_any({"-n", "--dry-run", "-i"})) return Handled::Yes;
    Operation operation = begin_operation(line, Verb::Delete, "clean");
    operation.object = "untracked files";
    operation.arming = Arming::Armed;
    const std::size_t directory = line.value_of("-C");
    if (directory != LineView::npos) {
      Aim aim = aim_at(line, {directory});
      operation.harmless_target = aim.harmless;
      operation.target = aim.target;
    } else if (words.size() > 1) {
      Aim aim = aim_at(line, {words.begin() + 1, words.end()});
      operation.harmless_target = aim.harmless;
      operation.target = aim.target;
    } else if (!line.directory.empty()) {
      operation.harmless_target = is_harmless(place_of(line.directory, line.script, line.created, line.command));
      operation.target = value_of({line.directory}, text_of(line.directory), operation.region);
    }
    cite(operation, programs.facts(), "git", "clean");
    emit(std::move(operation), out);
    return Handled::Yes;
  }
  const auto effect = find_effect(programs, line);
  if (!effect || effect->verb != std::optional(Verb::Destroy)) return Handled::Yes;
  Operation operation = begin_operation(line, Verb::Destroy, std::string(effect->row.path));
  operation.object = "history";
  operation.arming = effect->arming;
  operation.fact = std::string(effect->row.source);
  operation.cited = effect->row.source.starts_with("http");
  emit(std::move(operation), out);
  return Handled::Yes;
}

/// True if the script makes that directory without looking whether it worked: `mkdir x` with no `|| exit` and no `set -e`.
bool made_unchecked(const LineView& line, const std::string& path) {
  for (std::size_t i = 0; i < line.command; ++i) {
    const Command& command = line.script.commands[i];
    if (command.words.size() < 2 || marked_text(command.words[0].parts) != "mkdir") continue;
    const bool same = tidy_path(text_of(line.scope.read(command.words.back(), i).front())) == path;
    const bool checked = std::any_of(line.script.blocks.begin(), line.script.blocks.end(), [&](const Block& block) {
      return block.condition.last == i + 1 && !block.condition.empty();
    });
    const BlockKind around = line.script.blocks[command.block.value].kind;
    const bool if_missing = around == BlockKind::Then || around == BlockKind::Else;  // somebody looked
    if (same) return !checked && !if_missing;
  }
  return false;
}

/// A loop that moves many files to one path. If that is no directory, each one takes the place of the one before.
Handled lower_move(const LineView& line, std::vector<Operation>& out) {
  if (line.has_any({"-n", "--no-clobber", "-i", "-b", "--backup", "-t", "--target-directory"}) ||
      line.scope.stops_on_error(line.command)) {
    return Handled::Yes;
  }
  std::string item;  // of the innermost loop
  for (BlockId at = line.as_written().block; at.value != 0 && item.empty(); at = line.script.blocks[at.value].parent) {
    if (line.script.blocks[at.value].kind == BlockKind::Loop) item = line.script.blocks[at.value].name;
  }
  const std::vector<std::size_t> operands = line.operands();
  if (item.empty() || operands.size() != 2) return Handled::Yes;
  const auto names_item = [&](std::size_t i) {
    const std::vector<Part>& parts = line.words[i].word->parts;
    return std::any_of(parts.begin(), parts.end(), [&](const Part& part) {
      return (part.kind == PartKind::Variable || part.kind == PartKind::Number) && part.text == item;
    });
  };
  const std::string target = text_of(line.words[operands[1]].readings.front());
  if (!names_item(operands[0]) || names_item(operands[1]) || target.ends_with("/") ||
      !made_unchecked(line, tidy_path(target))) {
    return Handled::Yes;
  }
  Operation operation = begin_operation(line, Verb::Overwrite, "many into one");
  operation.object = "many into one";
  operation.target = value_of(line.words[operands[1]]);
  out.push_back(std::move(operation));
  return Handled::Yes;
}

/// `cp /dev/null x`, `mv x /dev/null`, `mv x.tmp prod.sqlite3`, `mv /var/lib/mysql /tmp`: what takes the place of data, and data that goes
/// where nothing stays.
void lower_replacing(const LineView& line, ProgramRows& programs, std::vector<Operation>& out) {
  const std::vector<std::size_t> operands = line.operands("-t --target-directory -S --suffix -m --mode -o -g");
  if (operands.size() != 2 || line.has_any({"-n", "--no-clobber", "-b", "--backup", "-i", "--interactive"})) return;
  const bool moves = line.invocation.program == "mv";
  const std::string& from = line.text(operands[0]);
  const std::string& to = line.text(operands[1]);
  if (to == "/dev/null" ? !moves : from != "/dev/null" && !moves) return;
  Aim source = aim_at(line, {operands[0]});
  Aim target = aim_at(line, {operands[1]});
  const bool empties = from == "/dev/null";
  const bool throws_away = moves && target.place == Place::Temporary && source.place == Place::Data;
  if (!throws_away && (target.place != Place::Data || target.harmless || to.ends_with("/"))) return;
  Operation operation = begin_operation(line,
                                        throws_away ? Verb::Destroy
                                        : empties   ? Verb::Empty
                                                    : Verb::Overwrite,
                                        "");
  set_aim(operation, throws_away ? std::move(source) : std::move(target), throws_away ? "directory" : "file");
  if (empties) cite(operation, programs.facts(), "> file", "");
  emit(std::move(operation), out);
}

}  // namespace

Handled lower_files(const LineView& line, ProgramRows& programs, std::vector<Operation>& out) {
  const std::string& program = line.invocation.program;
  if (program == "rm" || program == "grm" || program == "unlink" || program == "trash" || program == "rimraf" ||
      program == "Remove-Item" || program == "rd" || program == "del")
    return lower_rm(line, programs, out);
  if (program == "mv" || program == "cp" || program == "install") lower_replacing(line, programs, out);
  if (program == "mv") return lower_move(line, out);
  if (is_listed(List::EverydayProgram, program)) return Handled::Yes;
  if (program == "find" || program == "gfind") return lower_find(line, programs, out);
  if (program == "dd") return lower_dd(line, programs, out);
  if (program == "shred" || program == "truncate" || program == "wipefs" || program == "blkdiscard" ||
      program == "sgdisk" || program == "mkswap" || program.starts_with("mkfs")) {
    return lower_wipe(line, programs, out);
  }
  if (program == "rsync") return lower_rsync(line, programs, out);
  if (program == "git") return lower_git(line, programs, out);
  return Handled::No;
}

}  // namespace redtag::shell
