// What stands around the files of a patch: mail headers, commit headers of git log and Mercurial, messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "change/change.h"
#include "change/patch_text.h"

namespace redtag {

/// Gathers commits from the lines of a patch that belong to no file. Fed line by line, in order.
class PatchMail {
 public:
  /// Takes the line that `text` stands at. Errors: a mail whose body is encoded, so that its lines are not the patch's.
  [[nodiscard]] Expected<void> take_line(const PatchText& text);
  /// A file's section was read between the lines.
  void note_file(const FileChange& change);
  /// True in the free text of a message, where anything may be quoted.
  [[nodiscard]] bool in_message() const {
    return state_ == State::MailBody || state_ == State::Indented || state_ == State::Plain;
  }

  /// How many commits were opened so far.
  [[nodiscard]] std::size_t commits() const { return gathered_.size(); }
  /// True if the text is a log, which tells of the newest commit first.
  [[nodiscard]] bool newest_first() const { return order_ == Order::NewestFirst; }

  /// Moves commits and messages out. Commits newest first; a message without any file (a cover letter) makes no commit.
  void finish(ChangeSet& into);

 private:
  enum class State : std::uint8_t {
    Outside,     // nothing known yet, or behind a patch
    MailHeader,  // From:, Subject: …
    MailBody,    // until the `---` line
    LogHeader,   // `commit …`, Author: …
    Indented,    // a message of git log, four blanks before each line
    HgHeader,    // `# HG changeset patch`
    Plain,       // a message of hg export
  };
  enum class Order : std::uint8_t { OldestFirst, NewestFirst };

  struct Gathered {
    CommitRecord commit;
    std::string subject;
    bool has_files = false;
  };

  void open(State state, Order order, std::string_view id);
  bool opens_commit(const PatchText& text);
  [[nodiscard]] Expected<void> take_mail_header(const PatchText& text);
  [[nodiscard]] Expected<void> finish_header_field(const PatchText& text);
  void take_mail_body(std::string_view line);
  void take_log_header(std::string_view line);
  void take_hg_header(std::string_view line);
  [[nodiscard]] Gathered& current() { return gathered_.back(); }

  State state_ = State::Outside;
  Order order_ = Order::OldestFirst;
  std::vector<Gathered> gathered_;
  std::string field_;  // a mail header with its continuation lines
  bool body_started_ = false;
};

}  // namespace redtag
