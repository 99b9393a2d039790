// Takes requests, one at a time, and does them.
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "depot/access.h"
#include "depot/cluster.h"
#include "depot/ledger.h"
#include "depot/log.h"
#include "depot/segments.h"

namespace depot {

struct Request {
  std::string verb;
  std::vector<std::string> words;
  Caller caller;
};

class Daemon {
 public:
  Daemon(Database& database, Segments& segments, Cluster& cluster) : ledger_(database), database_(database), segments_(segments), cluster_(cluster) {}

  Status handle(const Request& request);

 private:
  Status remove_owner(const Request& request);
  Status remove_snapshot(const Request& request);
  Status purge(const Request& request);
  Status compact(const Request& request);
  Status rotate(const Request& request);
  Status word(const Request& request, std::size_t index, std::string& out) const;

  Ledger ledger_;
  Database& database_;
  Segments& segments_;
  Cluster& cluster_;
};

Status Daemon::word(const Request& request, std::size_t index, std::string& out) const {
  if (index >= request.words.size()) return Status::Refused("expected another word");
  out = request.words[index];
  return Status::Ok();
}

Status Daemon::remove_owner(const Request& request) {
  std::string owner;
  const Status given = word(request, 0, owner);
  if (!given.ok()) return given;
  if (!can_delete(request.caller, owner)) return Status::Refused("not yours");
  const Status closed = ledger_.close_account(owner);
  if (!closed.ok()) return closed;
  return database_.execute("DROP TABLE objects_" + owner);
}

Status Daemon::remove_snapshot(const Request& request) {
  RequirePermission(request.caller);
  std::string name;
  const Status given = word(request, 0, name);
  if (!given.ok()) return given;
  const std::string command = "lvremove -f depot/" + name;
  if (std::system(command.c_str()) != 0) return Status::Io("cannot remove the volume of " + name);
  const Status forgotten = database_.execute("DROP TABLE snapshot_" + name);
  if (!forgotten.ok()) return forgotten;
  return segments_.wipe_snapshot(name);
}

Status Daemon::purge(const Request& request) {
  if (!is_admin(request.caller)) return Status::Refused("only an administrator purges");
  if (cluster_.is_production()) return Status::Refused("not in production");
  const Status emptied = database_.execute("DROP TABLE archive");
  if (!emptied.ok()) return emptied;
  return database_.execute("VACUUM");
}

Status Daemon::compact(const Request& request) {
  std::string word_of_age;
  const Status given = word(request, 0, word_of_age);
  if (!given.ok()) return given;
  const std::int64_t age = std::strtoll(word_of_age.c_str(), nullptr, 10);
  if (age <= 0) return Status::Refused("how old?");
  const Status archived = ledger_.archive(age);
  if (!archived.ok()) return archived;
  return segments_.collect(age);
}

Status Daemon::rotate(const Request& request) {
  std::string name;
  const Status given = word(request, 0, name);
  if (!given.ok()) return given;
  const Status promoted = cluster_.promote(name);
  if (!promoted.ok()) Log(Level::Error, promoted.message());
  return promoted;
}

Status Daemon::handle(const Request& request) {
  try {
    if (request.verb == "remove-owner") return remove_owner(request);
    if (request.verb == "remove-snapshot") return remove_snapshot(request);
    if (request.verb == "purge") return purge(request);
    if (request.verb == "compact") return compact(request);
    if (request.verb == "rotate") return rotate(request);
  } catch (const std::exception& error) {
    Log(Level::Error, request.verb + ": " + error.what());
    return Status::Refused(error.what());
  }
  return Status::NotFound(request.verb);
}

}  // namespace depot
