// redtag check: the gate.
#include <algorithm>

#include "base/text.h"
#include "cli/clearances.h"
#include "cli/source.h"
#include "report/report.h"
#include "run/accumulate.h"
#include "run/run.h"

namespace redtag::cli {

namespace {

struct Output {
  Format format{};
  std::string file;
};

Expected<Format> format_named(const std::string& name) {
  if (const auto format = format_from_name(name)) return *format;
  return fail(ErrorCode::Usage,
              "expected a format (text, sarif, github, json, attestation, markdown), got '" + name + "'");
}

Expected<std::vector<Output>> outputs_of(const CheckOptions& options) {
  std::vector<Output> outputs;
  for (const std::string& text : options.outputs) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals + 1 == text.size()) {
      return fail(ErrorCode::Usage, "expected -o FORMAT=FILE, got '" + text + "'");
    }
    RT_TRY(const Format format, format_named(text.substr(0, equals)));
    outputs.push_back({format, text.substr(equals + 1)});
  }
  return outputs;
}

/// The report in one format. An attestation is signed if a key is named.
Expected<std::string> report_in(Format format, const Review& review, const ReportOptions& looks,
                                const CheckOptions& options) {
  std::string text = write_report(format, review, looks);
  if (format != Format::Attestation || options.attestation_key.empty()) return text;
  RT_TRY(const SshKeygen keygen, find_keygen());
  RT_TRY(const Envelope envelope, keygen.sign(std::string(trim(text)), options.attestation_key));
  return print_envelope(envelope);
}

/// A key without an attestation to sign is a gate that somebody believes to be signed.
Expected<void> key_has_use(Format format, const std::vector<Output>& outputs, const CheckOptions& options) {
  const bool attests = format == Format::Attestation ||
                       std::any_of(outputs.begin(), outputs.end(),
                                   [](const Output& output) { return output.format == Format::Attestation; });
  if (attests || options.attestation_key.empty()) return {};
  return fail(ErrorCode::Usage, "--attestation-key signs an attestation: ask for one with -o attestation=FILE");
}

/// What the run has to know beside the change and the policy.
Expected<RunOptions> run_options_of(const Source& source, const CheckOptions& options, const Policy& policy) {
  RunOptions run_options;
  run_options.workers = options.workers;
  run_options.version = REDTAG_VERSION;
  run_options.program = build_id();
  RT_TRY(run_options.testimony, read_testimony(options.provenance));
  run_options.testimony.actor = options.actor;
  run_options.testimony.branch = options.branch;
  run_options.target = options.change.target.empty() ? target_of(options.change) : options.change.target;
  if (source.repository != nullptr) {
    RT_TRY(const std::vector<CommitNote> notes, source.repository->notes(source.changes.commits));
    for (const CommitNote& note : notes) run_options.testimony.notes.emplace_back(note.ref, note.commit);
  }
  // Only what ends needs to know the day.
  if (!policy.excludes.empty()) {
    RT_TRY(run_options.today, day_of(options.at));
  }
  return run_options;
}

Expected<int> check_change(const GateOptions& gate_options) {
  CheckOptions options = gate_options.check;
  options.change.target = gate_options.place.target;
  RT_TRY(const Format format, format_named(options.format));
  RT_TRY(const std::vector<Output> outputs, outputs_of(options));
  RT_TRY(key_has_use(format, outputs, options));
  RT_TRY(Source source, open_source(options.change));
  RT_TRY(Review review, review_of(source, options));
  RT_TRY(apply_clearances(source, review, gate_options));
  const ReportOptions report_options{options.color ? Color::Always : Color::Never};
  for (const Output& output : outputs) {
    RT_TRY(const std::string text, report_in(output.format, review, {}, options));
    RT_TRY(write_file(output.file, text));
  }
  RT_TRY(const std::string text, report_in(format, review, report_options, options));
  RT_TRY(print_out(text));
  if (!review.complete) return fail(ErrorCode::Limit, "incomplete: " + review.incomplete_because.front());
  return review.held() ? 1 : 0;
}

}  // namespace

Expected<Review> review_of(Source& source, const CheckOptions& options) {
  RT_TRY(const Policy policy, find_policy(source, options.policy));
  RT_TRY(const CheckSet checks, find_checks(source, policy, options.packs));
  RT_TRY(const RunOptions run_options, run_options_of(source, options, policy));
  const std::string head = source.changes.endpoints.head_tree;
  RT_TRY(Review review, review_source(source, options.change, {checks, policy, run_options}));
  if (options.since.empty()) return review;
  if (source.repository == nullptr || head.empty()) {
    return fail(ErrorCode::Usage, "--since needs two trees of a repository: a range or --merge");
  }
  RT_TRY(ChangeSet since, source.repository->range(options.since + ".." + head));
  RT_TRY(const auto start, source.repository->tree(options.since));
  RT_TRY(accumulate(review, std::move(since), *start, options.since, checks, policy, run_options));
  return review;
}

int gate(const GateOptions& options) {
  const Expected<int> status = check_change(options);
  const int code = status ? *status : complain(status.error());
  return options.advise ? 0 : code;
}

int check(const CheckOptions& options) { return gate({options, {}, false}); }

}  // namespace redtag::cli
