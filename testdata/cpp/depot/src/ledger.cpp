#include "depot/ledger.h"

#include <cassert>
#include <stdexcept>

#include "depot/checks.h"
#include "depot/guards.h"
#include "depot/log.h"

namespace depot {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

}  // namespace

Status Ledger::debit(const std::string& owner, std::int64_t bytes) {
  return database_.execute("UPDATE quotas SET used = used - " + std::to_string(bytes) + " WHERE owner = " + quoted(owner));
}

Status Ledger::credit(const std::string& owner, std::int64_t bytes) {
  return database_.execute("UPDATE quotas SET used = used + " + std::to_string(bytes) + " WHERE owner = " + quoted(owner));
}

Status Ledger::note(const std::string& text) {
  return database_.execute("INSERT INTO journal (text) VALUES (" + quoted(text) + ")");
}

Status Ledger::fail(const Status& status) {
  database_.rollback();
  Log(Level::Error, status.message());
  return status;
}

// Explicit calls: each step that fails takes back what was begun.
Status Ledger::transfer(const std::string& from, const std::string& to, std::int64_t bytes) {
  if (bytes <= 0) return Status::Refused("nothing to move");
  std::lock_guard<std::mutex> lock(mutex_);
  Status status = database_.begin();
  if (!status.ok()) return status;
  status = debit(from, bytes);
  if (!status.ok()) {
    database_.rollback();
    return status;
  }
  status = credit(to, bytes);
  if (!status.ok()) {
    database_.rollback();
    return status;
  }
  status = note("moved " + std::to_string(bytes));
  if (!status.ok()) {
    database_.rollback();
    return status;
  }
  ++moves_;
  return database_.commit();
}

// An object: what is not committed is taken back when it goes.
Status Ledger::settle(const std::vector<Quota>& quotas) {
  Batch batch(database_);
  if (!batch.open()) return Status::Io("cannot begin");
  for (const Quota& quota : quotas) {
    const Status status = credit(quota.owner, quota.bytes - quota.used);
    if (!status.ok()) return status;
  }
  const Status noted = note("settled");
  if (!noted.ok()) return noted;
  return batch.commit();
}

// A scope guard with a lambda.
Status Ledger::rename_owner(const std::string& from, const std::string& to) {
  const Status begun = database_.begin();
  if (!begun.ok()) return begun;
  ScopeGuard undo([&] { database_.rollback(); });
  const Status renamed = database_.execute("UPDATE quotas SET owner = " + quoted(to) + " WHERE owner = " + quoted(from));
  if (!renamed.ok()) return renamed;
  const Status moved = database_.execute("UPDATE objects SET name = " + quoted(to) + " WHERE name = " + quoted(from));
  if (!moved.ok()) return moved;
  undo.dismiss();
  return database_.commit();
}

// Exceptions: what is thrown on the way is met by one handler.
Status Ledger::import(const std::vector<Row>& rows) {
  if (!database_.begin().ok()) return Status::Io("cannot begin");
  try {
    for (const Row& row : rows) {
      if (row.id <= 0) throw std::invalid_argument("a row without an id");
      const Status status = database_.insert(row);
      if (!status.ok()) throw std::runtime_error(status.message());
    }
  } catch (const std::exception& error) {
    database_.rollback();
    Log(Level::Error, error.what());
    return Status::Conflict(error.what());
  }
  return database_.commit();
}

// One way out for all that fails.
Status Ledger::merge(const std::string& owner, const std::vector<std::string>& others) {
  std::int64_t bytes = 0;
  Status status = database_.begin();
  if (!status.ok()) return status;
  for (const std::string& other : others) {
    const std::int64_t held = used(other);
    if (held < 0) goto failed;
    bytes += held;
    if (!debit(other, held).ok()) goto failed;
  }
  if (!credit(owner, bytes).ok()) goto failed;
  if (!note("merged").ok()) goto failed;
  return database_.commit();
failed:
  database_.rollback();
  return Status::Conflict("cannot merge into " + owner);
}

// A macro that does it.
Status Ledger::close_account(const std::string& owner) {
  DEPOT_OR_RETURN(database_.begin());
  DEPOT_OR_ROLLBACK(database_, debit(owner, used(owner)));
  DEPOT_OR_ROLLBACK(database_, note("closed " + owner));
  DEPOT_OR_ROLLBACK(database_, database_.execute("DELETE FROM quotas WHERE owner = " + quoted(owner)));
  return database_.commit();
}

// A callee that does it.
Status Ledger::reindex() {
  const Status begun = database_.begin();
  if (!begun.ok()) return begun;
  const Status dropped = database_.execute("REINDEX objects");
  if (!dropped.ok()) return fail(dropped);
  const Status analysed = database_.execute("ANALYZE");
  if (!analysed.ok()) return fail(analysed);
  return database_.commit();
}

Status Ledger::archive(std::int64_t older_than) {
  std::vector<Row> rows;
  const Status found = database_.select("touched_at < " + std::to_string(older_than), rows);
  if (!found.ok()) return found;
  const Status begun = database_.begin();
  if (!begun.ok()) return begun;
  for (const Row& row : rows) {
    const Status kept = database_.execute("INSERT INTO archive SELECT * FROM objects WHERE id = " + std::to_string(row.id));
    if (!kept.ok()) {
      database_.rollback();
      return kept;
    }
    const Status removed = database_.remove_row(row.id);
    if (!removed.ok()) {
      database_.rollback();
      return removed;
    }
  }
  return database_.commit();
}

std::int64_t Ledger::used(const std::string& owner) {
  std::vector<Row> rows;
  if (!database_.select("name = " + quoted(owner), rows).ok()) return -1;
  std::int64_t bytes = 0;
  for (const Row& row : rows) bytes += row.bytes;
  return bytes;
}

}  // namespace depot
