// redtag log: the clearances that are here, each verified again. redtag revoke: takes some back.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "clearance/ssh_keys.h"
#include "cli/clearances.h"

namespace redtag::cli {

namespace {

using Json = nlohmann::ordered_json;

/// One clearance and what verifying it said.
struct Entry {
  const StoredClearance* stored = nullptr;
  Standing standing;
};

std::string print_text(const std::vector<Entry>& entries, const Store& store) {
  std::string text;
  for (const Entry& entry : entries) {
    const ClearanceStatement& statement = entry.stored->statement;
    text += fmt::format("{} {} {} {}\n", entry.stored->id.substr(0, 12), print_instant(statement.signed_at),
                        clearance_kind_name(statement.kind), printable(entry.standing.state));
    const std::string who =
        entry.standing.principal.empty() ? "nobody who may sign" : printable(entry.standing.principal);
    text += fmt::format("    signed by   {} with {}\n", who, printable(shortened(statement.key, 60)));
    text += fmt::format("    for         {} {} until {}\n", printable(shortened(statement.repository, 200)),
                        printable(shortened(statement.target, 200)), print_instant(statement.until));
    text += fmt::format("    because     {}\n", printable(statement.reason));
    for (const AcceptedFinding& accepted : statement.accepts) {
      text +=
          fmt::format("    accepts     {} {} {} ({})\n", accepted.fingerprint.substr(0, 22), printable(accepted.rule),
                      printable(shortened(accepted.entity, 200)), band_name(accepted.band));
    }
  }
  for (const std::string& one : store.unreadable)
    text += fmt::format("unreadable: {}\n", printable(shortened(one, 300)));
  if (store.cut) text += "there are more than are read\n";
  if (entries.empty() && store.unreadable.empty()) {
    text += store.present ? "No clearances.\n"
                          : fmt::format("No clearances are here; bring them with: {}\n", fetch_command);
  }
  return text;
}

std::string print_json(const std::vector<Entry>& entries, const Store& store) {
  Json list = Json::array();
  for (const Entry& entry : entries) {
    const ClearanceStatement& statement = entry.stored->statement;
    Json accepts = Json::array();
    for (const AcceptedFinding& one : statement.accepts) {
      accepts.push_back({{"fingerprint", one.fingerprint},
                         {"rule", one.rule},
                         {"entity", one.entity},
                         {"band", band_name(one.band)}});
    }
    list.push_back({{"id", entry.stored->id},
                    {"kind", clearance_kind_name(statement.kind)},
                    {"state", entry.standing.state},
                    {"principal", entry.standing.principal},
                    {"key", statement.key},
                    {"repository", statement.repository},
                    {"target", statement.target},
                    {"signedAt", print_instant(statement.signed_at)},
                    {"until", print_instant(statement.until)},
                    {"reason", statement.reason},
                    {"accepts", std::move(accepts)}});
  }
  const Json json{{"clearances", std::move(list)}, {"unreadable", store.unreadable}, {"cut", store.cut}};
  return json.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

Expected<int> list_clearances(const LogOptions& options) {
  if (options.format != "text" && options.format != "json") {
    return fail(ErrorCode::Usage, "expected a format (text, json), got '" + printable(options.format) + "'");
  }
  RT_TRY(const Instant now, find_instant(options.at));
  RT_TRY(const auto repository, Repository::open(options.repository.empty() ? "." : options.repository));
  if (options.unite) {
    RT_TRY(const OwnRefs refs, OwnRefs::open(options.repository.empty() ? "." : options.repository));
    RT_TRY(unite_store(refs, now));
  }
  RT_TRY(const auto target, repository->tree(options.target.empty() ? "HEAD" : options.target));
  RT_TRY(const Signers signers, read_signers(*target));
  const Store store = read_store(*repository, StorePart::All);
  std::vector<Entry> entries;
  if (!store.clearances.empty()) {
    RT_TRY(const SshKeygen keygen, find_keygen());
    for (const StoredClearance& stored : store.clearances)
      entries.push_back({&stored, standing_of(stored, signers, now, keygen)});
  }
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.stored->statement.signed_at < b.stored->statement.signed_at;
  });
  RT_TRY(print_out(options.format == "json" ? print_json(entries, store) : print_text(entries, store)));
  const bool forged =
      std::any_of(entries.begin(), entries.end(), [](const Entry& one) { return one.standing.principal.empty(); });
  return forged || !store.unreadable.empty() ? 1 : 0;
}

/// The line of `.redtag/revoked` for one thing to take back; clearances are also noted for their removal.
Expected<std::string> revocation(const std::string& id, const Store& store, std::vector<std::string>& removed) {
  if (is_key_fingerprint(id)) return id;
  const StoredClearance* found = nullptr;
  for (const StoredClearance& stored : store.clearances) {
    if (id.size() < 8 || !stored.id.starts_with(id)) continue;
    if (found != nullptr) return fail(ErrorCode::Usage, "several clearances begin with '" + printable(id) + "'");
    found = &stored;
  }
  if (found == nullptr)
    return fail(ErrorCode::Missing, "no clearance here is called '" + printable(id) + "', and it is no key");
  removed.push_back(found->id);
  return "sha256:" + sha256_hex(found->envelope.payload);
}

Expected<int> take_back(const RevokeOptions& options) {
  if (trim(options.reason).empty()) return fail(ErrorCode::Usage, "say why with --reason TEXT");
  const std::string top = options.repository.empty() ? "." : options.repository;
  RT_TRY(const Instant now, find_instant(options.at));
  RT_TRY(const auto repository, Repository::open(top));
  const Store store = read_store(*repository, StorePart::All);
  const std::string file = top + "/" + std::string(revoked_file);
  std::string text;
  if (std::filesystem::exists(file)) {
    RT_TRY(text, read_file(file));
  }
  if (text.starts_with("SSHKRL\n")) {
    return fail(ErrorCode::Usage,
                printable(file) + " is an OpenSSH revocation list: add keys to it with ssh-keygen -k -u");
  }
  std::vector<std::string> removed;
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  for (const std::string& id : options.ids) {
    RT_TRY(const std::string line, revocation(id, store, removed));
    text += fmt::format("{}  # {} {}\n", line, print_day(now), printable(options.reason));
  }
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
  RT_TRY(write_file(file, text));
  if (!removed.empty()) {
    RT_TRY(const OwnRefs refs, OwnRefs::open(top));
    RT_TRY(remove_from_store(refs, removed, now));
  }
  std::string told = fmt::format("Written to {}: it counts once that is on the target branch.\n", revoked_file);
  if (!removed.empty())
    told += fmt::format("Taken out of {}: it counts no more once that is published: {}\n", clearance_ref, push_command);
  RT_TRY(print_out(told));
  return 0;
}

}  // namespace

int log(const LogOptions& options) {
  const Expected<int> status = list_clearances(options);
  return status ? *status : complain(status.error());
}

int revoke(const RevokeOptions& options) {
  const Expected<int> status = take_back(options);
  return status ? *status : complain(status.error());
}

}  // namespace redtag::cli
