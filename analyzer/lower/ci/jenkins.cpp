// Jenkinsfile: Groovy is not parsed. Found in it are the strings of `sh` steps, `input` steps, and the stage around them.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/c_names.h"
#include "base/text.h"
#include "lower/ci/pipeline.h"

namespace redtag::ci {

namespace {

/// Walks a text by strings, comments and words.
class JenkinsReader {
 public:
  explicit JenkinsReader(const SourceFileView& file) : file_(file), text_(file.text) {}

  Pipeline run() {
    pipeline_.trigger = Trigger::Merge;
    pipeline_.tells_order = true;
    pipeline_.starts.push_back({"push", "any", {0, 0}});
    pipeline_.header = {0, static_cast<std::uint32_t>(std::min<std::size_t>(text_.size(), 1))};
    start_job("pipeline", 0, 0);
    while (at_ < text_.size()) step();
    finish_job();
    return std::move(pipeline_);
  }

 private:
  struct Literal {
    std::size_t begin = 0, end = 0;  // of what stands between the quotes
  };

  void step() {
    const char c = text_[at_];
    if (c == '/' && at_ + 1 < text_.size() && (text_[at_ + 1] == '/' || text_[at_ + 1] == '*')) {
      const bool line = text_[at_ + 1] == '/';
      const std::size_t end = line ? text_.find('\n', at_) : text_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + (line ? 1 : 2);
    } else if (c == '"' || c == '\'') {
      read_literal();
    } else if (in_name(c) && (at_ == 0 || !in_name(text_[at_ - 1]))) {
      read_word();
    } else {
      if (c == '{') ++depth_;
      if (c == '}' && depth_ > 0) --depth_;
      ++at_;
    }
  }

  Literal read_literal() {
    const char quote = text_[at_];
    const std::string triple(3, quote);
    const bool three = text_.substr(at_, 3) == triple;
    const std::size_t begin = at_ + (three ? 3 : 1);
    std::size_t i = begin;
    while (i < text_.size()) {
      if (text_[i] == '\\') {
        i += 2;
        continue;
      }
      if (three ? text_.substr(i, 3) == triple : text_[i] == quote) break;
      if (!three && text_[i] == '\n') break;
      ++i;
    }
    const std::size_t end = std::min(i, text_.size());
    at_ = std::min(text_.size(), end + (three ? 3 : 1));
    return {begin, end};
  }

  void read_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "sh" || word == "bat" || word == "stage") {
      std::size_t next = text_.find_first_not_of(" \t\n(", at_);
      if (word == "sh" && next != std::string_view::npos && text_.substr(next, 6) == "script")
        next = text_.find_first_of("'\"\n", next);
      if (next == std::string_view::npos || (text_[next] != '"' && text_[next] != '\'')) return;
      at_ = next;
      const Literal literal = read_literal();
      if (word == "stage")
        return start_job(std::string(text_.substr(literal.begin, literal.end - literal.begin)), begin, at_);
      if (word == "sh") add_script(literal, begin);
    } else if (word == "input") {
      const std::size_t next = text_.find_first_not_of(" \t", at_);
      const bool call =
          next != std::string_view::npos && (text_[next] == '(' || text_[next] == '"' || text_[next] == '\'' ||
                                             text_[next] == '{' || in_name(text_[next]));
      const ByteRange bytes{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)};
      if (call) pipeline_.jobs.back().approvals.push_back({"manual", "manual", bytes});
    } else if (word == "catchError" || word == "warnError") {
      soft_ = true;
    } else if (word == "environment") {
      read_environment();
    } else if (word == "when") {
      read_when(begin);
    }
  }

  /// `when { branch 'main' }`: which runs of any branch or request a stage, and those in it, are for.
  void read_when(std::size_t begin) {
    const std::size_t open = text_.find_first_not_of(" \t\r\n", at_);
    if (open == std::string_view::npos || text_[open] != '{') return;
    unsigned depth = 0;
    std::size_t end = open;
    for (; end < text_.size(); ++end) {
      if (text_[end] == '{') ++depth;
      if (text_[end] == '}' && --depth == 0) break;
    }
    const std::string_view inside = text_.substr(open + 1, end - open - 1);
    static constexpr std::array names = std::to_array<std::string_view>({"branch", "BRANCH", "tag", "TAG"});
    const bool named = std::any_of(names.begin(), names.end(),
                                   [&](std::string_view name) { return inside.find(name) != std::string_view::npos; });
    const bool turned = inside.find("not") != std::string_view::npos || inside.find("anyOf") != std::string_view::npos;
    Job& job = pipeline_.jobs.back();
    job.limit = std::max(job.limit.value_or(Keeps::Nothing), named && !turned ? Keeps::Out : Keeps::Unknown);
    job.softened = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::min(end + 1, text_.size()))};
    at_ = std::min(end + 1, text_.size());
  }

  /// `environment { NAME = 'value' }`: of all stages, or of the one that it stands in. What is asked of the server has no value here.
  void read_environment() {
    const std::size_t open = text_.find_first_not_of(" \t\r\n", at_);
    if (open == std::string_view::npos || text_[open] != '{') return;
    at_ = open + 1;
    std::string name;
    Literal place;
    while (at_ < text_.size() && text_[at_] != '}') {
      const char c = text_[at_];
      if (c == '/' && text_.substr(at_, 2) == "//") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '"' || c == '\'') {
        const Literal literal = read_literal();
        if (!name.empty()) add_variable(name, place, literal);
        name.clear();
      } else if (in_name(c)) {
        place.begin = at_;
        while (at_ < text_.size() && in_name(text_[at_])) ++at_;
        place.end = at_;
        const std::size_t sign = text_.find_first_not_of(" \t", at_);
        const bool assigned = sign != std::string_view::npos && text_[sign] == '=';
        name = assigned ? std::string(text_.substr(place.begin, place.end - place.begin)) : std::string();
      } else {
        if (c == '(') name.clear();
        ++at_;
      }
    }
  }

  void add_variable(const std::string& name, const Literal& place, const Literal& value) {
    constexpr std::size_t most_variables = 200;
    std::vector<Setting>& variables =
        pipeline_.jobs.size() == 1 ? pipeline_.variables : pipeline_.jobs.back().variables;
    if (variables.size() >= most_variables) return;
    variables.push_back({name,
                         std::string(text_.substr(value.begin, value.end - value.begin)),
                         {static_cast<std::uint32_t>(place.begin), static_cast<std::uint32_t>(value.end)}});
  }

  void start_job(std::string name, std::size_t begin, std::size_t end) {
    finish_job();
    Job job;
    job.name = std::move(name);
    while (!around_.empty() && around_.back().second >= depth_) around_.pop_back();
    job.limit = around_.empty() ? Keeps::Nothing : pipeline_.jobs[around_.back().first].limit;
    around_.emplace_back(pipeline_.jobs.size(), depth_);
    if (!pipeline_.jobs.empty()) job.follows.push_back(pipeline_.jobs.back().name);
    job.header = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    job.bytes = job.header;
    pipeline_.jobs.push_back(std::move(job));
    soft_ = false;
  }

  void finish_job() {
    if (!pipeline_.jobs.empty()) pipeline_.jobs.back().bytes.end = static_cast<std::uint32_t>(at_);
  }

  void add_script(const Literal& literal, std::size_t begin) {
    Job& job = pipeline_.jobs.back();
    Step step;
    step.name = "sh " + std::to_string(job.steps.size() + 1);
    step.bytes = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)};
    step.header = step.bytes;
    step.soft = soft_;
    document::Node node;
    node.type = document::NodeType::String;
    node.text = std::string(text_.substr(literal.begin, literal.end - literal.begin));
    node.bytes = {static_cast<std::uint32_t>(literal.begin), static_cast<std::uint32_t>(literal.end)};
    step.script.add(file_, node);
    job.steps.push_back(std::move(step));
  }

  const SourceFileView& file_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool soft_ = false;
  unsigned depth_ = 0;
  std::vector<std::pair<std::size_t, unsigned>> around_;  // stages that are open: index and depth of each
  Pipeline pipeline_;
};

}  // namespace

Pipeline read_jenkins(const SourceFileView& file) { return JenkinsReader(file).run(); }

}  // namespace redtag::ci
