#include "agent.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <pqxx/pqxx>
#include <rocksdb/db.h>
#include <string>

#include "macros.h"

namespace agent {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int max_retries = 3;
constexpr std::chrono::seconds lease_timeout{30};
constexpr auto poll_timeout = 5s;
constexpr std::size_t request_limit = 1 << 20;
static const unsigned quorum_size = 3;

Status Agent::remove_tenant(const std::string& tenant) {
  if (!fs::is_directory(options_.root + "/" + tenant)) return Status::Missing(tenant);
  std::error_code failed;
  fs::remove_all(options_.root + "/" + tenant, failed);
  if (failed) return Status::Io(failed.message());
  return Status::Ok();
}

Status Agent::replace_store(const fs::path& store) {
  fs::copy(store, backup_of(store), fs::copy_options::recursive);
  const rocksdb::Status destroyed = rocksdb::DestroyDB(store.string(), rocksdb::Options());
  if (!destroyed.ok()) return Status::Io(destroyed.ToString());
  return Status::Ok();
}

Status Agent::archive(const fs::path& volume) {
  if (const Status copied = upload(volume); !copied.ok()) return copied;
  fs::remove_all(volume);
  return Status::Ok();
}

Status Agent::transfer(const std::string& from, const std::string& to, long amount) {
  pqxx::work transaction(*connection_);
  transaction.exec_params("UPDATE accounts SET balance = balance - $1 WHERE id = $2", amount, from);
  transaction.exec_params("UPDATE accounts SET balance = balance + $1 WHERE id = $2", amount, to);
  transaction.commit();
  return Status::Ok();
}

Status Agent::rename_tenant(const std::string& from, const std::string& to) {
  catalog_.begin();
  ScopeGuard undo([&] { catalog_.rollback(); });
  if (Status moved = catalog_.move(from, to); !moved.ok()) return moved;
  if (Status noted = journal_.note(from, to); !noted.ok()) return noted;
  undo.dismiss();
  return catalog_.commit();
}

Status Agent::publish(const Lease& lease) {
  std::lock_guard<std::mutex> held(mutex_);
  leases_.erase(lease.id);
  files_.unlink(lease.path);
  ::unlink(lease.path.c_str());
  ++published_;
  return Status::Ok();
}

Status Agent::import(const Rows& rows) {
  db_.Begin();
  try {
    for (const Row& row : rows) db_.Insert(row);
    db_.Commit();
  } catch (const std::exception& error) {
    db_.Rollback();
    return Status::Io(error.what());
  }
  return Status::Ok();
}

Status Agent::reload(const std::string& path) {
  FILE* in = std::fopen(path.c_str(), "r");
  if (in == nullptr) return Status::Missing(path);
  try {
    options_ = parse_options(in);
  } catch (const ParseError& error) {
    std::fclose(in);
    return Status::Io(error.what());
  }
  std::fclose(in);
  return Status::Ok();
}

Status Agent::write_state(const std::string& text) {
  std::ofstream out(options_.root + "/journal", std::ios::app);
  out << text;
  return out ? Status::Ok() : Status::Io("journal");
}

Status Agent::put(const std::string& key, const std::string& value) {
  rocksdb::WriteOptions options;
  options.sync = true;
  return to_status(store_->Put(options, key, value));
}

Status Agent::set_role(const User& user, const std::string& whom, Role role) {
  if (!user.has_role(Role::Admin)) return Status::Refused("admins only");
  roles_[whom] = role;
  return store_roles(roles_);
}

Status Agent::configure(const Request& request) {
  if (read_only_) return Status::Refused("read only");
  settings_.apply(request.changes());
  return settings_.save();
}

Status Agent::drop_range(rocksdb::DB* db, const Range& range) {
  if (range.begin >= range.end) return Status::Refused("empty range");
  if (!confirm("drop " + range.name + "?")) return Status::Refused("not confirmed");
  return to_status(db->DeleteRange({}, range.begin, range.end));
}

Status Agent::migrate(Migration& migration) {
  return database_.transaction([&](Transaction& transaction) {
    RETURN_NOT_OK(migration.up(transaction));
    RETURN_NOT_OK(transaction.record(migration.name()));
    return Status::Ok();
  });
}

Status Agent::retry(const Job& job) {
  for (int attempt = 0; attempt < max_retries; ++attempt) {
    if (run(job).ok()) return Status::Ok();
  }
  return Status::Io("gave up");
}

void Agent::schedule_cleanup() {
  timer_.every(1h, [this] {
    std::lock_guard<std::mutex> held(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.expired(clock_.now())) fs::remove(entry.path);
    }
  });
}

template <class Database>
Status Agent::upgrade(Database& database) {
  if (!database.Begin()) return Status::Io("begin");
  if (!database.Upgrade()) UNDO_AND_RETURN(database, Status::Io("upgrade"));
  if (!database.Check()) {
    database.Rollback();
    return Status::Io("check");
  }
  return database.Commit() ? Status::Ok() : Status::Io("commit");
}

Agent::~Agent() {
  try {
    flush();
  } catch (...) {
    log_error("cannot flush");
  }
}

}  // namespace agent

int serve_as(Listener& listener, const Account& account) {
  listener.bind(443);
  if (setgid(account.group) != 0 || setuid(account.user) != 0) return -1;
  return listener.serve();
}

SSL_CTX* context_of(const std::string& authorities) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_load_verify_locations(context, authorities.c_str(), nullptr);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return context;
}

int open_log(const char* path) {
  if (mkdir("/var/lib/agent", 0750) != 0 && errno != EEXIST) return -errno;
  return open(path, O_WRONLY | O_CREAT | O_DSYNC, 0600);
}

void retire(Catalog& catalog, Id id) {
  CHECK(catalog.IsEmpty(id));
  catalog.DropTable(id);
}

int ship(const std::string& segment, const std::string& bucket) {
  if (upload(segment, bucket) != 0) {
    report("upload failed");
    return -1;
  }
  return unlink(segment.c_str());
}

int put_header(int out, const Header& header) {
  if (pwrite(out, &header, sizeof header, 0) != sizeof header) return -EIO;
  return 0;
}

void forget_old(const fs::path& cache_of_users, Clock::time_point limit) {
  for (const auto& entry : fs::directory_iterator(cache_of_users)) {
    if (fs::last_write_time(entry) < limit) fs::remove(entry);
  }
}

void forget_all(const fs::path& root, bool known) {
  tidy(root);
  fs::remove_all(root);
}

void renumber(soci::session& session, const std::string& table) {
  session << "SELECT count(*) FROM " << table;
}

int answer(DNSPacketWriter& out, const Question& question) {
  PacketWriter part(out);
  part.begin();
  if (!part.add(question)) part.rollback();
  return part.size();
}

int listen_on(const std::string& path) {
  sockaddr_un address{};
  strncpy(address.sun_path, path.c_str(), sizeof address.sun_path);
  return ::bind(fd_of(path), (sockaddr*)&address, sizeof address);
}

bool committed(const Entry& entry, std::size_t members) {
  return entry.acks.size() >= members / 2 + 1;
}
