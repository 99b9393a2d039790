#include "lower/ci/script.h"

#include <algorithm>
#include <array>

#include "base/limits.h"

namespace redtag::ci {

namespace {

constexpr std::array openers = std::to_array<std::string_view>({"if", "elif", "while", "until"});
constexpr std::array fillers =
    std::to_array<std::string_view>({"then", "do", "else", "{", "(", "time", "}", ")", "fi", "done"});

template <class Words>
bool among(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Cutter {
 public:
  explicit Cutter(std::string_view text) : text_(text) {}

  std::vector<CommandView> run() {
    while (at_ < text_.size() && commands_.size() < limits::entities_per_file) step();
    finish(Join::End);
    return std::move(commands_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
      end_word();
      at_ += 2;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      end_word();
      ++at_;
    } else if (c == '#' && !in_word_) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '"' || c == '\'') {
      quoted(c);
    } else if (c == '\n' || c == ';') {
      finish(Join::Then);
      ++at_;
    } else if (c == '&' || c == '|') {
      operate(c);
    } else {
      start_word();
      ++at_;
    }
  }

  void operate(char c) {
    const bool redirect =
        c == '&' && ((at_ > 0 && text_[at_ - 1] == '>') || (at_ + 1 < text_.size() && text_[at_ + 1] == '>'));
    if (redirect) {
      start_word();
      ++at_;
      return;
    }
    const bool twice = at_ + 1 < text_.size() && text_[at_ + 1] == c;
    const Join join = c == '&' ? (twice ? Join::And : Join::Background) : (twice ? Join::Or : Join::Pipe);
    finish(join);
    at_ += twice || (c == '|' && at_ + 1 < text_.size() && text_[at_ + 1] == '&') ? 2 : 1;
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == ' ')) ++at_;
  }

  void quoted(char quote) {
    start_word();
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote) at_ += text_[at_] == '\\' && quote == '"' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
  }

  void start_word() {
    if (in_word_) return;
    in_word_ = true;
    word_ = at_;
  }

  void end_word() {
    if (!in_word_) return;
    in_word_ = false;
    const std::string_view word = text_.substr(word_, at_ - word_);
    if (command_.words.empty()) {
      if (among(openers, word)) {
        command_.condition = true;
        return;
      }
      if (word == "!") {
        command_.negated = true;
        return;
      }
      if (among(fillers, word)) return;
      command_.begin = word_;
    }
    command_.words.push_back(word);
    command_.end = at_;
  }

  void finish(Join join) {
    end_word();
    if (!command_.words.empty()) {
      command_.next = join;
      commands_.push_back(std::move(command_));
      command_ = {};
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t word_ = 0;
  bool in_word_ = false;
  CommandView command_;
  std::vector<CommandView> commands_;
};

}  // namespace

std::vector<CommandView> commands_of(std::string_view script) { return Cutter(script).run(); }

}  // namespace redtag::ci
