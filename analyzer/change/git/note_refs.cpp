#include "change/git/note_refs.h"

#include <array>
#include <string>

namespace redtag {
namespace {

/// The one ref of which a format is published (authorship/3.0.0); checks/provenance/markers.tsv says what it stands for.
constexpr std::array<std::string_view, 1> note_refs{"refs/notes/ai"};

constexpr std::size_t most_commits = 2000;

/// Where git may keep the note of a commit, by how many notes there are.
std::array<std::string, 3> places_of(std::string_view ref, std::string_view id) {
  const std::string head = std::string(ref) + ":";
  return {head + std::string(id), head + std::string(id.substr(0, 2)) + "/" + std::string(id.substr(2)),
          head + std::string(id.substr(0, 2)) + "/" + std::string(id.substr(2, 2)) + "/" + std::string(id.substr(4))};
}

}  // namespace

Expected<std::vector<CommitNote>> find_notes(const std::vector<CommitRecord>& commits, ObjectReader& objects) {
  std::vector<CommitNote> notes;
  if (commits.empty()) return notes;
  for (const std::string_view ref : note_refs) {
    RT_TRY(const auto known, objects.find(std::array{std::string(ref) + "^{tree}"}));
    if (!known.front()) continue;
    std::vector<std::string> questions;
    const std::size_t count = std::min(commits.size(), most_commits);
    for (std::size_t i = 0; i < count; ++i) {
      if (commits[i].id.size() < 40) continue;
      for (std::string& place : places_of(ref, commits[i].id)) questions.push_back(std::move(place));
    }
    RT_TRY(const auto answers, objects.find(questions));
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (commits[i].id.size() < 40) continue;
      const bool found = answers[at] || answers[at + 1] || answers[at + 2];
      if (found) notes.push_back({std::string(ref), commits[i].id});
      at += 3;
    }
  }
  return notes;
}

}  // namespace redtag
