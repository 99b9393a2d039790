// redtag check: the gate.
#include "cli/source.h"
#include "report/report.h"
#include "run/run.h"

namespace redtag::cli {

namespace {

struct Output {
  Format format{};
  std::string file;
};

Expected<Format> format_named(const std::string& name) {
  if (const auto format = format_from_name(name)) return *format;
  return fail(ErrorCode::Usage, "expected a format (text, sarif, github, json), got '" + name + "'");
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

Expected<int> check_change(const CheckOptions& options) {
  RT_TRY(const Format format, format_named(options.format));
  RT_TRY(const std::vector<Output> outputs, outputs_of(options));
  RT_TRY(Source source, open_source(options.change));
  RT_TRY(const Policy policy, find_policy(source, options.policy));
  RT_TRY(const CheckSet checks, find_checks(source, policy, options.packs));
  RunOptions run_options;
  run_options.workers = options.workers;
  run_options.version = REDTAG_VERSION;
  RT_TRY(const Review review, run(std::move(source.changes), *source.before, checks, policy, run_options));
  const ReportOptions report_options{options.color ? Color::Always : Color::Never};
  for (const Output& output : outputs) RT_TRY(write_file(output.file, write_report(output.format, review, {})));
  RT_TRY(print_out(write_report(format, review, report_options)));
  if (!review.complete) return fail(ErrorCode::Limit, "incomplete: " + review.incomplete_because.front());
  return review.held() ? 1 : 0;
}

}  // namespace

int check(const CheckOptions& options) {
  const Expected<int> status = check_change(options);
  return status ? *status : complain(status.error());
}

}  // namespace redtag::cli
