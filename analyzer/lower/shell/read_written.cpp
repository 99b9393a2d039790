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
  std::string path;
  for (const Redirect& redirect : command.redirects) {
    if (redirect.kind == RedirectKind::Write && redirect.standard) path = marked_text(redirect.word.parts);
  }
  if (program == "tee" && command.words.size() > 1) path = marked_text(command.words.back().parts);
  path = plain_path(std::move(path));
  const bool writes = program == "cat" || program == "tee" || program == "echo" || program == "printf";
  if (path.empty() || !writes || path.starts_with("/dev/")) return;
  std::vector<Part> text = printed_by(index);
  std::size_t size = 0;
  for (const Part& part : text) size += part.text.size();
  if (size > 0 && size <= most_text) written_[std::move(path)] = std::move(text);
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
  ++runs_written_;
  Origin origin;
  origin.file = origin_->file;
  origin.side = origin_->side;
  std::string text;
  for (const Part& part : found->second) {
    const std::string piece = marked_text({part});
    for (std::size_t i = 0; i < piece.size(); ++i)
      origin.map.push_back(part.kind == PartKind::Text ? part.at(i) : part.begin);
    text += piece;
  }
  read_inner(index, text, std::move(origin), {});
}

}  // namespace redtag::shell
