#include "provenance/provenance.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "provenance/marker.h"
#include "provenance/message.h"

namespace redtag {
namespace {

constexpr std::size_t evidence_limit = 100;
constexpr std::string_view unnamed = "unnamed";  ///< the agent of markers that many agents share

/// One commit's texts, by the place that markers name. Lines are tried one by one; `lower` holds them all for the quick test.
struct PlaceText {
  std::vector<std::string> lines;
  std::string lower;

  void add(std::string_view line) {
    if (line.empty()) return;
    lines.emplace_back(line);
    lower += lower_ascii(line);
    lower += '\n';
  }
};

/// Indexed by MarkerPlace.
using CommitTexts = std::vector<PlaceText>;

PlaceText& at(CommitTexts& texts, MarkerPlace place) { return texts[static_cast<std::uint8_t>(place)]; }

CommitTexts texts_of(const CommitRecord& commit) {
  CommitTexts texts(5);
  at(texts, MarkerPlace::Author).add(commit.author_name);
  at(texts, MarkerPlace::Author).add(commit.author_email);
  at(texts, MarkerPlace::Committer).add(commit.committer_name);
  at(texts, MarkerPlace::Committer).add(commit.committer_email);
  const Message message = read_message(commit.message);
  at(texts, MarkerPlace::Subject).add(message.subject);
  for (const std::string& line : message.lines) at(texts, MarkerPlace::Body).add(line);
  for (const std::string& line : message.trailers) at(texts, MarkerPlace::Trailer).add(line);
  return texts;
}

/// What all commits together say.
class Collector {
 public:
  /// Looks at one commit; `id` is empty for a message without one.
  void look(const CommitRecord& commit, const std::vector<MarkerView>& markers) {
    CommitTexts texts = texts_of(commit);
    bool bot = false;
    for (const MarkerView& marker : markers) {
      const PlaceText& text = at(texts, marker.place());
      if (!marker.possible_in(text.lower)) continue;
      if (std::none_of(text.lines.begin(), text.lines.end(),
                       [&](const std::string& line) { return marker.fits(line); })) {
        continue;
      }
      take(marker, commit.id);
      bot = bot || marker.maker() == Maker::Bot;
    }
    only_bots_ = only_bots_ && bot;
  }

  Provenance finish() {
    if (result_.maker == Maker::Bot && !only_bots_) {
      result_.maker = Maker::Unknown;
      agents_.clear();
    }
    result_.agents.assign(agents_.begin(), agents_.end());
    return std::move(result_);
  }

 private:
  void take(const MarkerView& marker, const std::string& commit) {
    // A hint is shown and decides nothing. Of the rest, the class that asks for most review decides.
    if (marker.strength() != MarkerStrength::Hint && marker.maker() >= result_.maker) {
      if (marker.maker() > result_.maker) agents_.clear();
      result_.maker = marker.maker();
      if (marker.agent() != unnamed) agents_.insert(std::string(marker.agent()));
    }
    if (result_.evidence.size() == evidence_limit) return;
    result_.evidence.push_back({std::string(marker.id()), std::string(marker.agent()), commit, marker.maker(),
                                marker.strength(), std::string(marker.source())});
  }

  Provenance result_;
  std::set<std::string> agents_;
  bool only_bots_ = true;
};

}  // namespace

Provenance detect(const ChangeSet& changes) {
  if (changes.commits.empty() && changes.messages.empty()) return {};
  const std::vector<MarkerView> markers = builtin_markers();
  Collector collector;
  for (const CommitRecord& commit : changes.commits) collector.look(commit, markers);
  for (const std::string& message : changes.messages) {
    CommitRecord record;
    record.message = message;
    collector.look(record, markers);
  }
  return collector.finish();
}

}  // namespace redtag
