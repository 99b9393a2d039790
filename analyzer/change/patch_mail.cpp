#include "change/patch_mail.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "change/blob_id.h"
#include "change/encoded_word.h"

namespace redtag {

namespace {

std::string_view without_carriage_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// `Name <address>` or an address alone.
void set_person(std::string_view text, std::string& name, std::string& email) {
  text = trim(text);
  const std::size_t open = text.rfind('<');
  if (open == std::string_view::npos) {
    email = std::string(text);
    return;
  }
  std::string_view words = trim(text.substr(0, open));
  if (words.size() >= 2 && words.front() == '"' && words.back() == '"') words = words.substr(1, words.size() - 2);
  name = std::string(words);
  email = std::string(trim(text.substr(open + 1, text.find('>', open) - open - 1)));
}

/// The id in `From 1234… Mon Sep 17 …` or `commit 1234… (HEAD)`; empty if it is none.
std::string_view id_behind(std::string_view line, std::string_view word) {
  if (!line.starts_with(word)) return {};
  line.remove_prefix(word.size());
  const std::string_view id = line.substr(0, line.find(' '));
  return (id.size() == 40 || id.size() == 64) && is_hexadecimal(id) ? id : std::string_view();
}

/// True for `Name: …`, the name of letters, digits and hyphens.
bool is_mail_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// The field's value if the line is that field.
std::string_view field_value(std::string_view line, std::string_view name) {
  if (!starts_with_ignoring_case(line, name) || line.size() <= name.size() || line[name.size()] != ':') return {};
  return trim(line.substr(name.size() + 1));
}

/// A subject without its `[PATCH 2/3]` and the like.
std::string_view bare_subject(std::string_view subject) {
  for (subject = trim(subject); subject.starts_with('['); subject = trim(subject)) {
    const std::size_t end = subject.find(']');
    if (end == std::string_view::npos) break;
    subject.remove_prefix(end + 1);
  }
  return subject;
}

}  // namespace

void PatchMail::open(State state, Order order, std::string_view id) {
  state_ = state;
  order_ = order;
  body_started_ = false;
  field_.clear();
  gathered_.emplace_back();
  current().commit.id = std::string(id);
}

/// A line that starts another commit, wherever it stands.
bool PatchMail::opens_commit(const PatchText& text) {
  const std::string_view line = without_carriage_return(text.line());
  if (const auto id = id_behind(line, "From "); !id.empty()) {
    open(State::MailHeader, Order::OldestFirst, is_null_id(id) ? "" : id);
  } else if (const auto commit = id_behind(line, "commit "); !commit.empty()) {
    open(State::LogHeader, Order::NewestFirst, commit);
  } else if (line == "# HG changeset patch") {
    open(State::HgHeader, Order::OldestFirst, "");
  } else if (gathered_.empty() && text.number() <= 2 && line.starts_with("From ") &&
             is_mail_field(text.line_ahead(1))) {
    open(State::MailHeader, Order::OldestFirst, "");  // an mbox of another mail program
  } else if (gathered_.empty() && text.number() == 1 && is_mail_field(line) && is_mail_field(text.line_ahead(1))) {
    open(State::MailHeader, Order::OldestFirst, "");
    field_ = std::string(line);
  } else {
    return false;
  }
  return true;
}

Expected<void> PatchMail::finish_header_field(const PatchText& text) {
  const std::string field = decode_mail_words(std::exchange(field_, {}));
  CommitRecord& commit = current().commit;
  if (const auto from = field_value(field, "From"); !from.empty())
    set_person(from, commit.author_name, commit.author_email);
  if (const auto subject = field_value(field, "Subject"); !subject.empty())
    current().subject = std::string(bare_subject(subject));
  const std::string encoding = lower_ascii(field_value(field, "Content-Transfer-Encoding"));
  if (encoding == "quoted-printable" || encoding == "base64") {
    return text.error("the mail's body is in " + encoding + "; decode it first, for example with 'git mailinfo'");
  }
  return {};
}

Expected<void> PatchMail::take_mail_header(const PatchText& text) {
  const std::string_view line = without_carriage_return(text.line());
  if (!line.empty() && (line.front() == ' ' || line.front() == '\t')) {
    field_ += ' ';
    field_ += trim(line);
    return {};
  }
  RT_TRY(finish_header_field(text));
  field_ = std::string(line);
  if (line.empty()) state_ = State::MailBody;
  return {};
}

void PatchMail::take_mail_body(std::string_view line) {
  if (line == "---" || line == "-- ") {
    state_ = State::Outside;
    return;
  }
  CommitRecord& commit = current().commit;
  if (!body_started_) {
    // A `From:` on top of the body names the author of a patch that somebody else sends.
    if (const auto from = field_value(line, "From"); !from.empty()) {
      set_person(from, commit.author_name, commit.author_email);
      return;
    }
    if (trim(line).empty()) return;
    body_started_ = true;
  }
  commit.message += line;
  commit.message += '\n';
}

void PatchMail::take_log_header(std::string_view line) {
  CommitRecord& commit = current().commit;
  if (line.empty()) {
    state_ = State::Indented;
  } else if (const auto author = field_value(line, "Author"); !author.empty()) {
    set_person(author, commit.author_name, commit.author_email);
  } else if (const auto committer = field_value(line, "Commit"); !committer.empty()) {
    set_person(committer, commit.committer_name, commit.committer_email);
  }
}

void PatchMail::take_hg_header(std::string_view line) {
  CommitRecord& commit = current().commit;
  if (!line.starts_with('#')) {
    state_ = State::Plain;
    commit.message = std::string(line) + "\n";
  } else if (line.starts_with("# User ")) {
    set_person(line.substr(7), commit.author_name, commit.author_email);
  } else if (line.starts_with("# Node ID ")) {
    commit.id = std::string(trim(line.substr(10)));
  }
}

Expected<void> PatchMail::take_line(const PatchText& text) {
  if (opens_commit(text)) return {};
  const std::string_view line = without_carriage_return(text.line());
  // Like git am: a message ends where a patch seems to begin.
  if (state_ != State::MailHeader && (line.starts_with("diff -") || line.starts_with("Index: ")))
    state_ = State::Outside;
  switch (state_) {
    case State::Outside: break;
    case State::MailHeader: return take_mail_header(text);
    case State::MailBody: take_mail_body(line); break;
    case State::LogHeader: take_log_header(line); break;
    case State::HgHeader: take_hg_header(line); break;
    case State::Indented:
      current().commit.message += line.starts_with("    ") ? line.substr(4) : line;
      current().commit.message += '\n';
      break;
    case State::Plain:
      current().commit.message += line;
      current().commit.message += '\n';
      break;
  }
  return {};
}

void PatchMail::note_file(const FileChange& change) {
  state_ = State::Outside;
  if (gathered_.empty()) return;
  current().has_files = true;
  if (change.after_path) current().commit.paths.push_back(*change.after_path);
  if (change.before_path && change.status != ChangeStatus::Copied)
    current().commit.paths.push_back(*change.before_path);
}

void PatchMail::finish(ChangeSet& into) {
  if (order_ == Order::OldestFirst) std::reverse(gathered_.begin(), gathered_.end());
  for (Gathered& one : gathered_) {
    const std::string body(trim(one.commit.message));
    if (one.subject.empty()) {
      one.commit.message = body;
    } else {
      one.commit.message = one.subject + (body.empty() ? "" : "\n\n" + body);
    }
    if (!one.commit.message.empty()) into.messages.push_back(one.commit.message);
    if (!one.has_files) continue;
    std::sort(one.commit.paths.begin(), one.commit.paths.end());
    one.commit.paths.erase(std::unique(one.commit.paths.begin(), one.commit.paths.end()), one.commit.paths.end());
    into.commits.push_back(std::move(one.commit));
  }
}

}  // namespace redtag
