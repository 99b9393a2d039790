#include "lower/shell/copies.h"

#include <algorithm>

#include "base/text.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_copies = 256;
constexpr std::size_t most_losses = 4096;

/// A path, or the address of an object, as far as it says where things lie.
std::string place_of_copy(std::string_view text) {
  std::string place = tidy_path(text);
  while (place.ends_with('*')) place.pop_back();
  while (place.size() > 1 && place.ends_with('/')) place.pop_back();
  return place;
}

bool holds(std::string_view outer, std::string_view inner) {
  if (outer.empty() || !inner.starts_with(outer)) return false;
  return inner.size() == outer.size() || outer.ends_with('/') || inner[outer.size()] == '/';
}

}  // namespace

void Copies::add(const LineView& line, const Operation& backup) {
  if (copies_.size() >= most_copies) return;
  Copy copy{line.command, {}, backup.text, backup.region};
  const std::string& program = line.invocation.program;
  const bool files = program == "cp" || program == "mv" || program == "rsync" || program == "scp" || program == "tar" ||
                     is_listed(List::ObjectStoreClient, program);
  if (files) {
    const std::vector<std::size_t> operands = line.operands("-C -e --exclude -f --rsh --region --profile");
    const std::size_t last = program == "tar" || operands.empty() ? operands.size() : operands.size() - 1;
    for (std::size_t i = 0; i < last; ++i) {
      for (const Reading& reading : line.words[operands[i]].readings)
        copy.sources.push_back(place_of_copy(text_of(reading)));
    }
    if (copy.sources.empty()) return;
  }
  copies_.push_back(std::move(copy));
}

void Copies::lose(std::size_t command, const Operation& operation) {
  if (losses_.size() < most_losses) losses_.push_back({command, place_of_copy(operation.target.text)});
}

void Copies::add_mirror(const LineView& line) {
  const std::string& program = line.invocation.program;
  if ((program != "rsync" && program != "scp") || line.operands().size() < 2) return;
  const bool deletes =
      line.has_any({"--delete", "--delete-after", "--delete-before", "--delete-during", "--del", "-n", "--dry-run"});
  if (!deletes) add(line, begin_operation(line, Verb::Back, ""));
}

bool Copies::counts(const Copy& copy) const {
  if (copy.sources.empty() && losses_.empty()) return true;  // of what goes in another step, or will
  return std::any_of(losses_.begin(), losses_.end(), [&](const Loss& loss) {
    if (loss.command < copy.command) return false;  // what comes too late saves nothing
    if (copy.sources.empty() || loss.target.empty()) return true;
    return std::any_of(copy.sources.begin(), copy.sources.end(), [&](const std::string& source) {
      return holds(source, loss.target) || holds(loss.target, source);
    });
  });
}

std::vector<Safeguard> Copies::safeguards(const std::string& address) const {
  std::vector<Safeguard> found;
  for (const Copy& copy : copies_) {
    if (!counts(copy)) continue;
    Safeguard safeguard;
    safeguard.stack = Stack::Shell;
    safeguard.kind = SafeguardKind::Backup;
    safeguard.protects = address;
    safeguard.text = copy.text;
    safeguard.region = copy.region;
    found.push_back(std::move(safeguard));
  }
  return found;
}

}  // namespace redtag::shell
