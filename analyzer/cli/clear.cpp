// redtag clear: a reviewer reads findings, accepts them, and signs that.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/temporary_directory.h"
#include "base/text.h"
#include "clearance/ssh_keys.h"
#include "cli/clear_items.h"
#include "cli/clearances.h"

namespace redtag::cli {

namespace {

/// All that is known before anybody is asked.
struct Desk {
  Source source;
  Review review;
  std::vector<ClearItem> items;
};

Expected<Desk> review_here(const CheckOptions& options) {
  Desk desk;
  RT_TRY(desk.source, open_source(options.change));
  RT_TRY(desk.review, review_of(desk.source, options));
  if (!desk.review.complete) return fail(ErrorCode::Limit, "incomplete: " + desk.review.incomplete_because.front());
  return desk;
}

/// The change that a report names. It is judged again here: a report could say anything of it, and a signature must not.
Expected<CheckOptions> reported_change(const ClearOptions& options, ReportedChange& report) {
  RT_TRY(const std::string text, read_file(options.report));
  RT_TRY(report, change_of_report(text, options.report));
  if (report.base_commit.empty() || report.head_commit.empty()) {
    return fail(ErrorCode::Input,
                printable(options.report) + ": it judges a change without commits, which nobody can clear");
  }
  if (options.place.target.empty())
    return fail(ErrorCode::Usage, "with --report, name the branch that it is for with --target");
  CheckOptions check = options.check;
  if (report.merge) {
    check.change.merge = {report.base_commit, report.head_commit};
  } else {
    check.change.range = report.base_commit + ".." + report.head_commit;
  }
  return check;
}

/// Of what the change has, that which the report held. Error: the report holds something that is not there.
Expected<void> keep_reported(std::vector<ClearItem>& items, const ReportedChange& report) {
  for (const std::string& fingerprint : report.held) {
    if (std::none_of(items.begin(), items.end(),
                     [&](const ClearItem& item) { return item.fingerprint == fingerprint; })) {
      return fail(ErrorCode::Input, "the report holds " + shortened(fingerprint, 30) +
                                        ", which this redtag does not find in that change; make the report anew");
    }
  }
  std::erase_if(items, [&](const ClearItem& item) {
    return std::find(report.held.begin(), report.held.end(), item.fingerprint) == report.held.end();
  });
  return {};
}

/// The key to sign with: a file, or the public half of one that an agent has.
Expected<std::string> key_file(const ClearOptions& options) {
  if (!options.key.empty()) return options.key;
  Command ask;
  ask.program = find_program("git", "/usr/local/bin:/usr/bin:/bin");
  ask.arguments = {"config", "--get", "user.signingkey"};
  if (const char* home = std::getenv("HOME")) ask.environment.push_back(std::string("HOME=") + home);
  if (!options.check.change.repository.empty()) ask.directory = options.check.change.repository;
  const Expected<ProcessResult> answer = run_process(ask, "", std::size_t{1} << 16);
  const std::string key(answer && answer->status == 0 ? trim(answer->output) : std::string_view());
  if (key.starts_with("/")) return key;
  if (const char* home = std::getenv("HOME"); home != nullptr && key.starts_with("~/")) return home + key.substr(1);
  return fail(ErrorCode::Usage,
              "name the SSH key to sign with: --key FILE (a public key will do if an agent has the private one)");
}

Expected<Instant> end_of(const ClearOptions& options, Instant now, const Policy& policy) {
  if (options.until.empty()) {
    const std::int64_t seconds = options.break_glass ? std::int64_t{policy.break_glass.hours} * 3600
                                                     : std::int64_t{policy.clearance.lifetime_days} * 86400;
    return Instant{now.seconds + seconds};
  }
  const auto until = parse_instant(options.until);
  if (!until)
    return fail(ErrorCode::Usage,
                "expected --until YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, got '" + printable(options.until) + "'");
  const bool day = options.until.size() == 10;  // a day counts to its end
  return Instant{until->seconds + (day ? 86400 : 0)};
}

Expected<ClearanceStatement> statement_of(const ClearOptions& options, const std::vector<ClearItem>& items,
                                          const ClearanceDesk& desk, const Review& review, std::string key) {
  ClearanceStatement statement;
  statement.kind = options.break_glass           ? ClearanceKind::BreakGlass
                   : options.witness_for.empty() ? ClearanceKind::Clearance
                                                 : ClearanceKind::Witnessed;
  statement.repository = desk.place().repository;
  statement.target = desk.place().target;
  if (statement.kind != ClearanceKind::Clearance) statement.head = review.changes.endpoints.head_commit;
  statement.reviewer = options.witness_for;
  statement.accepts = accepted_of(items);
  statement.reason = options.reason;
  statement.key = std::move(key);
  statement.signed_at = desk.now();
  RT_TRY(statement.until, end_of(options, desk.now(), review.policy));
  return statement;
}

/// What would make the signature worthless is said before anybody signs.
Expected<void> worth_signing(const ClearanceStatement& statement, const ClearanceDesk& desk, const Desk& change) {
  const Expected<Person> person = fits(statement, desk.situation(change.review));
  if (!person)
    return fail(ErrorCode::Input, "refused, because this clearance would not count: " + person.error().message);
  if (statement.kind == ClearanceKind::BreakGlass) return {};
  for (const JudgedFinding& judged : change.review.findings) {
    const bool chosen =
        std::any_of(statement.accepts.begin(), statement.accepts.end(),
                    [&](const AcceptedFinding& one) { return one.fingerprint == judged.finding.fingerprint; });
    if (!chosen) continue;
    if (const std::string why = cannot_clear(*person, judged, change.review); !why.empty()) {
      return fail(ErrorCode::Input, fmt::format("refused for {}: {}", printable(judged.finding.entity), why));
    }
  }
  return {};
}

/// Asks on the terminal; without one, only `--yes` will do.
Expected<void> agreed(const ClearOptions& options, const ClearanceStatement& statement) {
  if (options.yes) return {};
  if (isatty(STDIN_FILENO) == 0)
    return fail(ErrorCode::Usage, "nobody is there to ask: add --yes if these findings are to be signed");
  RT_TRY(print_out(fmt::format("Sign that {} finding{} may be merged into {} until {}? [y/N] ",
                               statement.accepts.size(), statement.accepts.size() == 1 ? "" : "s",
                               printable(statement.target), print_instant(statement.until))));
  std::string answer(16, '\0');
  const ssize_t size = ::read(STDIN_FILENO, answer.data(), answer.size());
  const std::string word =
      lower_ascii(trim(std::string_view(answer).substr(0, static_cast<std::size_t>(std::max<ssize_t>(size, 0)))));
  if (word == "y" || word == "yes") return {};
  return fail(ErrorCode::Usage, "not signed");
}

std::string outcome(const Review& review, const std::vector<ClearItem>& items) {
  std::size_t cleared = 0;
  std::string text;
  for (const ClearItem& item : items) {
    const auto judged = std::find_if(review.findings.begin(), review.findings.end(), [&](const JudgedFinding& one) {
      return one.finding.fingerprint == item.fingerprint;
    });
    if (judged == review.findings.end()) continue;
    if (!judged->holds()) {
      ++cleared;
    } else if (!judged->reasons.empty()) {
      text += fmt::format("Still holds: {}: {}\n", printable(item.entity), judged->reasons.back());
    }
  }
  return fmt::format("Cleared here: {} of {}.\n", cleared, items.size()) + text;
}

Expected<int> clear_change(const ClearOptions& options) {
  if (options.reason.empty())
    return fail(ErrorCode::Usage, "say why with --reason TEXT: it is what the next reader has");
  if (options.reason.size() > reason_bytes || !is_utf8(options.reason))
    return fail(ErrorCode::Usage, "a reason is at most 1,000 bytes of UTF-8");
  if (options.all != options.fingerprints.empty())
    return fail(ErrorCode::Usage, "name fingerprints, or --all for every finding that holds");
  ReportedChange report;
  CheckOptions check = options.check;
  if (!options.report.empty()) {
    RT_TRY(check, reported_change(options, report));
  }
  check.change.target = options.place.target;
  RT_TRY(Desk change, review_here(check));
  RT_TRY(ClearanceDesk desk, ClearanceDesk::open(*change.source.target, check, options.place));
  RT_TRY(desk.locate());
  desk.apply(change.review, *change.source.repository);
  change.items = items_of(change.review);
  if (!options.report.empty()) RT_TRY(keep_reported(change.items, report));
  RT_TRY(const std::vector<ClearItem> items, choose(change.items, options.fingerprints));
  if (items.empty()) {
    RT_TRY(print_out("Nothing holds this change: there is nothing to clear.\n"));
    return 0;
  }
  RT_TRY(const SshKeygen keygen, find_keygen());
  RT_TRY(const std::string key, key_file(options));
  RT_TRY(std::string fingerprint, keygen.fingerprint(key));
  RT_TRY(const ClearanceStatement statement, statement_of(options, items, desk, change.review, std::move(fingerprint)));
  RT_TRY(worth_signing(statement, desk, change));
  RT_TRY(print_out(print_items(items, all_rules(CheckSet::builtin()))));
  RT_TRY(agreed(options, statement));
  RT_TRY(const Envelope envelope, keygen.sign(print_statement(statement), key));
  const std::string& directory = options.check.change.repository;
  RT_TRY(const OwnRefs refs, OwnRefs::open(directory.empty() ? "." : directory));
  RT_TRY(const StoredClearance stored, add_to_store(refs, envelope));
  std::string text = fmt::format("Signed clearance {} with {}, until {}.\n", stored.id.substr(0, 12), statement.key,
                                 print_instant(statement.until));
  desk.apply(change.review, *change.source.repository);
  text += outcome(change.review, items);
  text += fmt::format("Publish it with: {}\n", push_command);
  RT_TRY(print_out(text));
  return 0;
}

}  // namespace

int clear(const ClearOptions& options) {
  const Expected<int> status = clear_change(options);
  return status ? *status : complain(status.error());
}

}  // namespace redtag::cli
