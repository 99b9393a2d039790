// On what a command of the tables acts: the operand behind its subcommands, or the value of an option that names a thing.
#include "base/text.h"
#include "lower/shell/operation.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

namespace {

/// What a mirror deletes and a copy overwrites is where it goes to.
bool replaces_its_target(const Operation& operation) {
  const std::string_view action = operation.action;
  if (operation.program == "robocopy") return true;
  return action.ends_with("sync") || action.ends_with(" cp") || action.ends_with("mirror") || action.ends_with("rsync");
}

std::size_t last_operand(const LineView& line, std::size_t first) {
  std::size_t last = first;
  for (std::size_t i = first; i < line.last(); ++i) {
    const std::string& text = line.text(i);
    const bool behind_option =
        i > 0 && line.text(i - 1).starts_with("--") && line.text(i - 1).find('=') == std::string::npos;
    if (!text.starts_with("-") && (!behind_option || text.find("://") != std::string::npos)) last = i;
  }
  return last;
}

/// Options of robocopy begin with a stroke, and what stands behind its two places are names of files.
std::size_t second_operand(const LineView& line, std::size_t first) {
  for (std::size_t i = first + 1; i < line.last(); ++i) {
    const std::string& text = line.text(i);
    const bool option = text.size() > 2 && text[0] == '/' && text[1] >= 'A' && text[1] <= 'z' && text[1] != '/' &&
                        text.find('/', 1) == std::string::npos;
    if (!option) return i;
  }
  return first;
}

/// `Remove-AzSqlServer -ResourceGroupName g -ServerName s`: the option that says where is not the one that says what. npos for a
/// program that is no cmdlet, and where no option names anything.
std::size_t named_by_cmdlet(const LineView& line) {
  const std::string& program = line.invocation.program;
  const std::size_t dash = program.find('-');
  const bool cmdlet = dash != std::string::npos && dash + 1 < program.size() && program[0] >= 'A' &&
                      program[0] <= 'Z' && program[dash + 1] >= 'A' && program[dash + 1] <= 'Z';
  std::size_t target = LineView::npos;
  bool where = true;
  for (std::size_t i = line.first(); cmdlet && i + 1 < line.last(); ++i) {
    const std::string option = lower_ascii(line.text(i));
    const bool names = option == "-identity" || option == "-id" || option == "-policy" ||
                       (option.starts_with('-') && (option.ends_with("name") || option.ends_with("identifier")));
    if (!names || line.text(i + 1).starts_with("-")) continue;
    // The last one is the narrowest; a group holds it.
    const bool holds = option.ends_with("groupname") || option.ends_with("group");
    if (target == LineView::npos || !holds || where) target = i + 1;
    where = holds;
  }
  return target;
}

}  // namespace

void set_target(Operation& operation, const LineView& line, std::size_t from) {
  operation.unbounded = line.has_any({"--all", "--all-namespaces"}) || line.has_word("-A");
  std::size_t target = LineView::npos;
  std::size_t named = LineView::npos, where_named = LineView::npos;
  for (std::size_t i = from; i < line.last() && target == LineView::npos; ++i) {
    const std::string& text = line.text(i);
    if (text.size() < 2 || text[0] != '-') {
      target = i;
      continue;
    }
    const bool takes = text.find('=') == std::string::npos && i + 1 < line.last() && !line.text(i + 1).starts_with("-");
    const bool where = is_listed(List::OptionOfWhere, text);
    if (!takes || (text[1] != '-' && !where)) continue;
    if (is_listed(List::SparingOption, text)) {  // how much stays is not what goes
      ++i;
      continue;
    }
    if (!where && named == LineView::npos && text.size() > 3) named = i + 1;
    if (where && where_named == LineView::npos && text != "--region" && text != "--profile") where_named = i + 1;
    ++i;
  }
  if (operation.program == "curl") {
    target = LineView::npos;
    for (const std::size_t i : line.operands("-X -H -d -o -w -u -A -b -c -F -T -m --request --header --data --output "
                                             "--write-out --user --max-time --retry --data-raw --connect-timeout")) {
      if (target == LineView::npos || line.text(i).find("://") != std::string::npos) target = i;
    }
  }
  if (target != LineView::npos && replaces_its_target(operation)) {
    target = operation.program == "robocopy" ? second_operand(line, target) : last_operand(line, target);
  }
  if (const std::size_t named_so = named_by_cmdlet(line); named_so != LineView::npos) target = named_so;
  if (target == LineView::npos) target = named;
  if (target == LineView::npos) target = where_named;
  if (target == LineView::npos) return;
  operation.target = value_of(line.words[target]);
  operation.harmless_target =
      line.created.made_before(line.script, operation.program + " " + line.text(target), line.command);
  for (const Reading& reading : line.words[target].readings) {
    const IfEmpty empty = if_empty(reading);
    operation.maybe_empty = operation.maybe_empty || empty == IfEmpty::Everything || empty == IfEmpty::Parent;
  }
}

}  // namespace redtag::shell
