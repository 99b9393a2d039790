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
  CommitTexts texts(7);
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
    look_at(texts_of(commit), commit.id, markers);
  }

  /// The caller's words: a login is an author as the host writes them.
  void listen(const Testimony& testimony, const std::vector<MarkerView>& markers) {
    CommitTexts texts(7);
    at(texts, MarkerPlace::Branch).add(testimony.branch);
    if (!testimony.actor.empty()) {
      at(texts, MarkerPlace::Author).add(testimony.actor);
      at(texts, MarkerPlace::Author).add(testimony.actor + "@users.noreply.github.com");
    }
    const bool only_bots = only_bots_;
    look_at(std::move(texts), {}, markers);
    if (testimony.actor.empty()) only_bots_ = only_bots;  // a branch is nobody
    for (const auto& [ref, commit] : testimony.notes) {
      CommitTexts note(7);
      at(note, MarkerPlace::Note).add(ref);
      const bool kept = only_bots_;
      look_at(std::move(note), commit, markers);
      only_bots_ = kept;
    }
    if (testimony.maker == Maker::Unknown) return;
    if (testimony.maker > result_.maker) {
      agents_.clear();
      result_.maker = testimony.maker;
      told_ = true;
    }
    if (testimony.maker == result_.maker && !testimony.agent.empty()) agents_.insert(testimony.agent);
    result_.evidence.push_back(
        {"caller", testimony.agent, {}, testimony.maker, MarkerStrength::Certain, "--provenance"});
  }

  Provenance finish() {
    if (result_.maker == Maker::Bot && !only_bots_ && !told_) {
      result_.maker = Maker::Unknown;
      agents_.clear();
    }
    result_.agents.assign(agents_.begin(), agents_.end());
    return std::move(result_);
  }

 private:
  void look_at(CommitTexts texts, const std::string& id, const std::vector<MarkerView>& markers) {
    bool bot = false;
    for (const MarkerView& marker : markers) {
      const PlaceText& text = at(texts, marker.place());
      if (!marker.possible_in(text.lower)) continue;
      if (std::none_of(text.lines.begin(), text.lines.end(),
                       [&](const std::string& line) { return marker.fits(line); })) {
        continue;
      }
      take(marker, id);
      bot = bot || marker.maker() == Maker::Bot;
    }
    only_bots_ = only_bots_ && bot;
  }

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
  bool told_ = false;  // the caller's word decided
};

}  // namespace

Expected<Testimony> read_testimony(std::string_view provenance) {
  const std::string_view name = provenance.substr(0, provenance.find('='));
  Testimony testimony;
  if (name.size() < provenance.size()) testimony.agent = shortened(printable(provenance.substr(name.size() + 1)), 60);
  for (const Maker maker : {Maker::Bot, Maker::Assisted, Maker::Agent}) {
    if (maker_name(maker) == name) testimony.maker = maker;
  }
  if (provenance.empty() || testimony.maker != Maker::Unknown) return testimony;
  return fail(ErrorCode::Usage, "expected --provenance agent, assisted or bot, perhaps with =NAME, got '" +
                                    printable(provenance) + "'; that nobody helped cannot be said");
}

Provenance detect(const ChangeSet& changes, const Testimony& testimony) {
  const bool told = testimony.maker != Maker::Unknown || !testimony.actor.empty() || !testimony.branch.empty() ||
                    !testimony.notes.empty();
  if (changes.commits.empty() && changes.messages.empty() && !told) return {};
  const std::vector<MarkerView> markers = builtin_markers();
  Collector collector;
  for (const CommitRecord& commit : changes.commits) collector.look(commit, markers);
  for (const std::string& message : changes.messages) {
    CommitRecord record;
    record.message = message;
    collector.look(record, markers);
  }
  if (told) collector.listen(testimony, markers);
  return collector.finish();
}

}  // namespace redtag
