#include "lower/ci/limits.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/text.h"

namespace redtag::ci {

namespace {

constexpr unsigned deepest = 16;
constexpr std::size_t longest = 4096;

/// Bytes of an expression up to the next `separator` outside of quotes and parentheses.
std::size_t part_end(std::string_view text, std::size_t begin, std::string_view separator) {
  unsigned depth = 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\'' || text[i] == '"') {
      const std::size_t quote = text.find(text[i], i + 1);
      if (quote == std::string_view::npos) return text.size();
      i = quote;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && depth > 0) {
      --depth;
    } else if (depth == 0 && text.substr(i, separator.size()) == separator) {
      return i;
    }
  }
  return text.size();
}

std::vector<std::string_view> parts_of(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = part_end(text, begin, separator);
    parts.push_back(trim(text.substr(begin, end - begin)));
    begin = end + separator.size();
  }
  return parts;
}

/// `( … )` around all of it.
bool is_group(std::string_view text) {
  return text.size() > 1 && text.front() == '(' && text.back() == ')' && part_end(text, 1, ")") == text.size() - 1;
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() > 1 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.starts_with(word); });
}

/// The branch or tag that a run is of, as GitHub and GitLab name it.
bool is_ref(std::string_view name) {
  return starts_with_any(name, {"github.ref", "github.event.ref", "github.event.workflow_run.head_branch",
                                "github.event.release", "$ci_commit_branch", "$ci_commit_ref_name", "$ci_commit_tag",
                                "$ci_commit_ref_protected", "$ci_default_branch"});
}

/// What is true only of text that was agreed to.
bool is_merged(std::string_view name) {
  return name == "github.event.pull_request.merged" || name == "$ci_merge_request_event_type";
}

/// The clock's runs are of the main branch, whatever it is called.
bool is_of_clock(std::string_view event, std::string_view ref) {
  return event == "schedule" && ref.find("refs/tags") == std::string_view::npos;
}

Keeps compared(std::string_view left, std::string_view right, bool equal, std::string_view event) {
  if (left == "github.event_name" || left == "$ci_pipeline_source")
    return (unquoted(right) == event) != equal ? Keeps::Out : Keeps::Nothing;
  if (is_merged(left)) return (right == "true") == equal ? Keeps::Out : Keeps::Nothing;
  if (is_ref(left) || is_ref(right)) {
    if (is_of_clock(event, is_ref(left) ? right : left)) return Keeps::Nothing;
    return equal ? Keeps::Out : Keeps::Unknown;
  }
  return starts_with_any(left, {"github.", "matrix.", "runner."}) ? Keeps::Nothing : Keeps::Unknown;
}

Keeps atom(std::string_view written, std::string_view event) {
  const std::string text = lower_ascii(written);
  if (text == "false" || text == "never()") return Keeps::Out;
  if (text.empty() || text == "true" ||
      starts_with_any(text, {"always()", "success()", "failure()", "cancelled()", "!cancelled()"}))
    return Keeps::Nothing;
  // `startsWith(github.ref, 'refs/heads/')` and a branch by itself let every branch in.
  if (text.starts_with("startswith(") &&
      (text.find("'refs/heads/'") != std::string::npos || text.find("'refs/'") != std::string::npos ||
       text.find("''") != std::string::npos))
    return Keeps::Nothing;
  if (text == "$ci_commit_branch" || text == "$ci_commit_ref_name")
    return event == "push" ? Keeps::Nothing : Keeps::Out;
  if (starts_with_any(text, {"startswith(", "contains(", "endswith("}))
    return is_ref(trim(std::string_view(text).substr(text.find('(') + 1))) ? Keeps::Out : Keeps::Unknown;
  for (const std::string_view sign : {"==", "!=", "=~"}) {
    const std::size_t at = part_end(text, 0, sign);
    if (at == text.size()) continue;
    const std::string_view all = text;
    return compared(trim(all.substr(0, at)), trim(all.substr(at + 2)), sign != "!=", event);
  }
  if (is_ref(text) || is_merged(text)) return Keeps::Out;
  return Keeps::Unknown;
}

Keeps weigh(std::string_view text, std::string_view event, unsigned depth) {
  if (depth > deepest) return Keeps::Unknown;
  const std::vector<std::string_view> ways = parts_of(text, "||");
  if (ways.size() > 1) {
    Keeps least = Keeps::Out;  // each way has to keep it out
    for (const std::string_view way : ways) least = std::min(least, weigh(way, event, depth + 1));
    return least;
  }
  const std::vector<std::string_view> all = parts_of(text, "&&");
  if (all.size() > 1) {
    Keeps most = Keeps::Nothing;
    for (const std::string_view each : all) most = std::max(most, weigh(each, event, depth + 1));
    return most;
  }
  if (is_group(text)) return weigh(trim(text.substr(1, text.size() - 2)), event, depth + 1);
  return atom(text, event);
}

/// The needed jobs by name, each once; a job that runs whatever became of them is not limited by theirs.
Keeps limits_of(const Pipeline& pipeline, const Job& job, const Setting& start, std::set<std::string_view>& seen) {
  Keeps found = job.limit.value_or(keeps_out(job.condition, start.key));
  if (found == Keeps::Out || job.ignores_needs || seen.size() > 64) return found;
  for (const Need& need : job.needs) {
    if (!seen.insert(need.job).second) continue;
    const auto other = std::find_if(pipeline.jobs.begin(), pipeline.jobs.end(),
                                    [&](const Job& each) { return each.name == need.job; });
    if (other != pipeline.jobs.end()) found = std::max(found, limits_of(pipeline, *other, start, seen));
  }
  return found;
}

}  // namespace

Keeps keeps_out(std::string_view condition, std::string_view event) {
  return condition.size() > longest ? Keeps::Unknown : weigh(trim(condition), event, 0);
}

bool asks_for_answer(std::string_view condition) {
  if (condition.size() > longest) return false;
  const std::vector<std::string_view> all = parts_of(condition, "&&");
  return std::any_of(all.begin(), all.end(), [](std::string_view each) {
    const std::string text = lower_ascii(each);
    const bool input = starts_with_any(text, {"inputs.", "github.event.inputs."});
    return input && part_end(text, 0, "||") == text.size() && text.find("!=") == std::string::npos;
  });
}

Keeps limits(const Pipeline& pipeline, const Job& job, std::string_view step_condition) {
  Keeps least = Keeps::Out;
  for (const Setting& start : pipeline.starts) {
    if (start.value != "any") continue;
    std::set<std::string_view> seen{job.name};
    const Keeps here = std::max(limits_of(pipeline, job, start, seen), keeps_out(step_condition, start.key));
    least = std::min(least, here);
  }
  return least;
}

const Setting* starts_by_clock(const Pipeline& pipeline, const Job& job) {
  for (const Setting& start : pipeline.starts) {
    if (start.key != "schedule") continue;
    std::set<std::string_view> seen{job.name};
    return limits_of(pipeline, job, start, seen) == Keeps::Out ? nullptr : &start;
  }
  return nullptr;
}

bool starts_by_hand(const Pipeline& pipeline, const Job& job) {
  if (job.by_hand) return true;
  return !pipeline.starts.empty() && std::all_of(pipeline.starts.begin(), pipeline.starts.end(),
                                                 [](const Setting& start) { return start.value == "hand"; });
}

}  // namespace redtag::ci
