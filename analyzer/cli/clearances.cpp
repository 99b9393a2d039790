#include "cli/clearances.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>

#include "base/hash.h"
#include "base/text.h"
#include "clearance/ssh_keys.h"

namespace redtag::cli {

namespace {

constexpr std::size_t verified_limit = 200;  // clearances of one change; each costs two processes
constexpr std::size_t shown_glass = 10;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string short_id(std::string_view id) { return std::string(id.substr(0, 12)); }

/// Those that concern findings that hold, the likeliest to count first: a store that somebody flooded costs the flood, not the rest.
std::vector<const StoredClearance*> candidates(const Store& store, const Review& review,
                                               const SituationView& situation) {
  std::vector<const StoredClearance*> list;
  for (const StoredClearance& stored : store.clearances) {
    if (concerns(stored.statement, review)) list.push_back(&stored);
  }
  std::stable_partition(list.begin(), list.end(),
                        [&](const StoredClearance* stored) { return fits(stored->statement, situation).has_value(); });
  if (list.size() > verified_limit) list.resize(verified_limit);
  return list;
}

}  // namespace

Expected<Place> find_place(const OwnRefs& refs, const PlaceOptions& options, const std::string& base) {
  Place place;
  place.repository =
      options.repository_name.empty() ? repository_identity(refs.remote_address("origin")) : options.repository_name;
  if (!options.target.empty()) {
    place.target = target_ref(options.target);
    return place;
  }
  RT_TRY(const std::string name, refs.full_name(base));
  place.target = target_ref(name);
  return place;
}

Expected<Instant> find_instant(const std::string& at) {
  if (at.empty()) return Instant{static_cast<std::int64_t>(std::time(nullptr))};
  if (const auto instant = parse_instant(at)) return *instant;
  return fail(ErrorCode::Usage, "expected --at YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, got '" + printable(at) + "'");
}

Expected<SshKeygen> find_keygen() {
  SshSurroundings surroundings;
  if (const std::string path = environment("PATH"); !path.empty()) surroundings.search_path = path;
  if (const std::string directory = environment("TMPDIR"); !directory.empty()) surroundings.temporary = directory;
  constexpr std::array<const char*, 11> names{"HOME",
                                              "SSH_AUTH_SOCK",
                                              "SSH_ASKPASS",
                                              "SSH_ASKPASS_REQUIRE",
                                              "DISPLAY",
                                              "WAYLAND_DISPLAY",
                                              "XAUTHORITY",
                                              "SSH_SK_PROVIDER",
                                              "SSH_SK_HELPER",
                                              "TERM",
                                              "DBUS_SESSION_BUS_ADDRESS"};
  for (const char* name : names) {
    if (const std::string value = environment(name); !value.empty()) {
      surroundings.for_signing.push_back(std::string(name) + "=" + value);
    }
  }
  return SshKeygen::find(std::move(surroundings));
}

namespace {

std::string state_of(const ClearanceStatement& statement, const Signers& signers, Instant now) {
  const auto contains = [](const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
  };
  if (contains(signers.revoked_keys, statement.key)) return "its key is revoked";
  if (contains(signers.revoked_statements, sha256_hex(print_statement(statement)))) return "it is revoked";
  if (signers.owner(statement.key) == nullptr) return "its key belongs to nobody in .redtag/people.yaml";
  if (now >= statement.until) return "it has ended";
  return "counts";
}

}  // namespace

Standing standing_of(const StoredClearance& stored, const Signers& signers, Instant now, const SshKeygen& keygen) {
  if (fingerprint_of_signature(stored.envelope.signature) != stored.statement.key)
    return {{}, "its signature is of another key than it says"};
  Expected<std::string> principal = keygen.verify(stored.envelope, signers, now);
  if (!principal) return {{}, principal.error().message};
  return {std::move(*principal), state_of(stored.statement, signers, now)};
}

Expected<ClearanceDesk> ClearanceDesk::open(SourceTree& target, const CheckOptions& options,
                                            const PlaceOptions& place) {
  ClearanceDesk desk;
  desk.directory_ = options.change.repository.empty() ? "." : options.change.repository;
  desk.base_ = target_of(options.change);
  desk.options_ = place;
  for (const std::string_view actor : split(options.actor, ',')) {
    if (!trim(actor).empty()) desk.actors_.emplace_back(trim(actor));
  }
  RT_TRY(desk.now_, find_instant(options.at));
  Expected<Signers> signers = read_signers(target);
  if (signers) {
    desk.signers_ = std::move(*signers);
  } else {
    desk.unreadable_ = signers.error().message;
  }
  return desk;
}

Expected<void> ClearanceDesk::locate() {
  if (located_) return {};
  RT_TRY(const OwnRefs refs, OwnRefs::open(directory_));
  RT_TRY(place_, find_place(refs, options_, base_));
  located_ = true;
  return {};
}

SituationView ClearanceDesk::situation(const Review& review) const {
  return {signers_,
          review.changes,
          actors_,
          review.policy.clearance.witnesses,
          place_.repository,
          place_.target,
          now_,
          review.policy.clearance.lifetime_days,
          review.policy.break_glass.hours};
}

void ClearanceDesk::apply(Review& review, Repository& repository) {
  if (!unreadable_.empty()) {
    review.remarks.push_back("nobody can clear anything, because who may cannot be read from the target: " +
                             unreadable_);
    return;
  }
  if (signers_.none()) return;
  const bool held = review.held();
  const Store store = read_store(repository, held ? StorePart::All : StorePart::BreakGlass);
  if (held && !store.present) {
    review.remarks.push_back(
        fmt::format("no clearances are here ({} is missing); bring them with: {}", clearance_ref, fetch_command));
  }
  if (store.cut) review.remarks.emplace_back("there are more clearances than are read; the rest does not count");
  if (store.clearances.empty()) return;
  if (const Expected<void> found = locate(); !found) {
    review.remarks.push_back("no clearance can count: " + found.error().message);
    return;
  }
  show_broken_glass(review, store);
  if (held) verify_all(review, store);
}

void ClearanceDesk::verify_all(Review& review, const Store& store) const {
  const SituationView here = situation(review);
  const std::vector<const StoredClearance*> list = candidates(store, review, here);
  if (list.empty()) return;
  const Expected<SshKeygen> keygen = find_keygen();
  if (!keygen) {
    review.remarks.push_back("no clearance can be verified: " + keygen.error().message);
    return;
  }
  std::vector<SignedClearance> good;
  for (const StoredClearance* stored : list) {
    Expected<SignedClearance> clearance = verify(*stored, here, *keygen);
    if (clearance) {
      good.push_back(std::move(*clearance));
    } else {
      review.remarks.push_back(
          fmt::format("clearance {} does not count: {}", short_id(stored->id), clearance.error().message));
    }
  }
  accept(review, good);
}

/// The trace: for some days every run says that the glass was broken on this branch, by whom and why.
void ClearanceDesk::show_broken_glass(Review& review, const Store& store) const {
  const std::int64_t since = now_.seconds - std::int64_t{review.policy.break_glass.shown_days} * 86400;
  std::vector<const StoredClearance*> recent;
  for (const StoredClearance& stored : store.clearances) {
    const ClearanceStatement& statement = stored.statement;
    const bool here = statement.repository == place_.repository && statement.target == place_.target;
    const bool lately =
        statement.signed_at.seconds >= since && statement.signed_at.seconds <= now_.seconds + clock_skew_seconds;
    if (statement.kind == ClearanceKind::BreakGlass && here && lately && signers_.owner(statement.key) != nullptr) {
      recent.push_back(&stored);
    }
  }
  if (recent.empty()) return;
  const Expected<SshKeygen> keygen = find_keygen();
  std::size_t shown = 0;
  for (const StoredClearance* stored : recent) {
    if (!keygen || shown++ == shown_glass) break;
    const auto principal = keygen->verify(stored->envelope, signers_, now_);
    if (!principal) continue;
    review.remarks.push_back(
        fmt::format("the glass was broken on {} at {} by {}, for {} finding{}: {}", place_.target,
                    print_instant(stored->statement.signed_at), printable(*principal), stored->statement.accepts.size(),
                    stored->statement.accepts.size() == 1 ? "" : "s", printable(stored->statement.reason)));
  }
}

Expected<void> apply_clearances(Source& source, Review& review, const GateOptions& options) {
  const Origin origin = review.changes.endpoints.origin;
  if (source.repository == nullptr || source.target == nullptr) return {};
  if (origin != Origin::Range && origin != Origin::Merge) return {};
  RT_TRY(ClearanceDesk desk, ClearanceDesk::open(*source.target, options.check, options.place));
  desk.apply(review, *source.repository);
  return {};
}

}  // namespace redtag::cli
