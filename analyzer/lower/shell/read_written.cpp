// Scripts that a script writes and then runs: their text stands in it.
#include <algorithm>

#include "lower/shell/reader.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_text = std::size_t{64} << 10;
constexpr std::size_t most_files = 64;
constexpr unsigned most_runs = 64;  ///< of written files that are followed

std::string plain_path(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  return path.find(variable_begin) == std::string::npos ? path : std::string();
}

}  // namespace

void Reader::note_written(std::size_t index) {
  const Command& command = script_.commands[index];
  if (command.words.empty() || written_.size() >= most_files) return;
  const std::string program(base_name(marked_text(command.words[0].parts)));
  if (program == "exec" && command.words.size() == 1) return note_opened(command);
  std::string path;
  for (const Redirect& redirect : command.redirects) {
    if (redirect.kind == RedirectKind::Write && redirect.standard) path = marked_text(redirect.word.parts);
  }
  if (program == "tee" && command.words.size() > 1) path = marked_text(command.words.back().parts);
  path = plain_path(std::move(path));
  const bool writes = program == "cat" || program == "tee" || program == "echo" || program == "printf";
  if (path.empty() || !writes || path.starts_with("/dev/")) return;
  note_text(path, printed_by(index));
}

void Reader::note_text(const std::string& path, std::vector<Part> text) {
  std::size_t size = 0;
  for (const Part& part : text) size += part.text.size();
  const std::string plain = plain_path(path);
  if (size > 0 && size <= most_text && !plain.empty() && written_.size() < most_files)
    written_[plain] = std::move(text);
}

/// `exec 3<<END`, `exec 3< x.sh`, `exec 3< <(echo …)`: what a later `<&3` reads.
void Reader::note_opened(const Command& command) {
  for (const Redirect& redirect : command.redirects) {
    if (redirect.descriptor.empty() || redirect.kind == RedirectKind::Write) continue;
    const std::string path = "/dev/fd/" + redirect.descriptor;
    if (redirect.kind == RedirectKind::Here || redirect.kind == RedirectKind::HereString) {
      written_[path] = redirect.word.parts;
      continue;
    }
    const auto known = written_.find(plain_path(marked_text(redirect.word.parts)));
    if (known != written_.end()) {
      written_[path] = std::vector<Part>(known->second);
    } else if (redirect.word.parts.size() == 1 && redirect.word.parts[0].kind == PartKind::Output) {
      Part part = redirect.word.parts[0];
      const auto text = printed_text(part.text);
      if (!text) continue;
      part.kind = PartKind::Text;
      part.text = *text;
      part.map.assign(text->size(), part.begin);
      written_[path] = {std::move(part)};
    }
  }
}

/// The file that a command reads instead of its input; empty for none.
std::string Reader::read_file_of(const Command& command) const {
  for (const Redirect& redirect : command.redirects) {
    if (redirect.kind == RedirectKind::Read && redirect.descriptor.empty()) return marked_text(redirect.word.parts);
  }
  return {};
}

void Reader::read_set(std::size_t index) {
  if (shells_ >= nested_shells) return;
  for (std::size_t i = 0; i < script_.commands[index].assignments.size(); ++i) {
    const Assignment& assignment = script_.commands[index].assignments[i];
    if (assignment.name == "PROMPT_COMMAND") {
      read_parts_inside(index, assignment.value.parts);
    } else if (assignment.name == "BASH_ENV" || assignment.name == "ENV") {
      const auto found = written_.find(plain_path(marked_text(assignment.value.parts)));
      if (found != written_.end()) read_parts_inside(index, found->second);
    }
  }
}

void Reader::read_fed(std::size_t index) {
  const std::string path = written_.empty() ? std::string() : plain_path(read_file_of(script_.commands[index]));
  const auto fed = path.empty() ? written_.end() : written_.find(path);
  if (fed == written_.end()) return;
  std::vector<std::string> texts;
  for (const Word& word : script_.commands[index].words) texts.push_back(marked_text(word.parts));
  if (runs_input(texts)) read_parts_inside(index, fed->second, where_input_runs(texts));
}

void Reader::read_written(std::size_t index, std::span<const std::string> texts) {
  if (runs_written_ >= most_runs) return;
  const std::vector<Invocation> runs = strip(texts);
  if (runs.empty() || runs.back().query) return;
  const Invocation& run = runs.back();
  std::size_t at = run.begin;
  if (is_shell(run.program) || run.program == "source" || run.program == ".") {
    ++at;
    while (at < run.end && texts[at].starts_with("-") && texts[at].find('c') == std::string::npos) ++at;
  }
  if (at >= run.end || (at == run.begin && texts[at].find('/') == std::string::npos)) return;
  const auto found = written_.find(plain_path(texts[at]));
  if (found == written_.end()) return;
  read_parts_inside(index, found->second);
}

void Reader::read_parts_inside(std::size_t index, const std::vector<Part>& parts, Whereabouts whereabouts) {
  if (++runs_written_ > most_runs) return;
  Origin origin;
  origin.file = origin_->file;
  origin.side = origin_->side;
  std::string text;
  for (const Part& part : parts) {
    const std::string piece = marked_text({part});
    for (std::size_t i = 0; i < piece.size(); ++i)
      origin.map.push_back(part.kind == PartKind::Text ? part.at(i) : part.begin);
    text += piece;
  }
  NestedText how;
  how.whereabouts = whereabouts;
  if (!text.empty()) read_inner(index, text, std::move(origin), how);
}

}  // namespace redtag::shell
