#include "depot/database.h"

#include <sqlite3.h>
#include <unistd.h>

#include "depot/log.h"

namespace depot {

namespace {

Row read_row(sqlite3_stmt* statement) {
  Row row;
  row.id = sqlite3_column_int64(statement, 0);
  const unsigned char* name = sqlite3_column_text(statement, 1);
  if (name != nullptr) row.name = reinterpret_cast<const char*>(name);
  row.bytes = sqlite3_column_int64(statement, 2);
  row.touched_at = sqlite3_column_int64(statement, 3);
  return row;
}

}  // namespace

Database::~Database() {
  if (handle_ != nullptr) sqlite3_close(handle_);
}

Status Database::open() {
  if (sqlite3_open(path_.c_str(), &handle_) != SQLITE_OK) {
    const std::string why = sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    handle_ = nullptr;
    return Status::Io("cannot open " + path_ + ": " + why);
  }
  return execute("PRAGMA foreign_keys = ON");
}

Status Database::begin() { return execute("BEGIN IMMEDIATE"); }

Status Database::commit() { return execute("COMMIT"); }

void Database::rollback() {
  const Status status = execute("ROLLBACK");
  if (!status.ok()) Log(Level::Warning, "rollback: " + status.message());
}

Status Database::execute(const std::string& statement) {
  char* message = nullptr;
  if (sqlite3_exec(handle_, statement.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
    Status status = Status::Io(message == nullptr ? "unknown" : message);
    sqlite3_free(message);
    return status;
  }
  return Status::Ok();
}

Status Database::insert(const Row& row) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_, "INSERT INTO objects (id, name, bytes, touched_at) VALUES (?, ?, ?, ?)", -1, &statement, nullptr) != SQLITE_OK) {
    return Status::Io(sqlite3_errmsg(handle_));
  }
  sqlite3_bind_int64(statement, 1, row.id);
  sqlite3_bind_text(statement, 2, row.name.c_str(), -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64(statement, 3, row.bytes);
  sqlite3_bind_int64(statement, 4, row.touched_at);
  const int made = sqlite3_step(statement);
  if (made != SQLITE_DONE) {
    sqlite3_finalize(statement);
    return Status::Conflict(sqlite3_errmsg(handle_));
  }
  sqlite3_finalize(statement);
  return Status::Ok();
}

Status Database::update(const Row& row) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_, "UPDATE objects SET bytes = ?, touched_at = ? WHERE id = ?", -1, &statement, nullptr) != SQLITE_OK) {
    return Status::Io(sqlite3_errmsg(handle_));
  }
  sqlite3_bind_int64(statement, 1, row.bytes);
  sqlite3_bind_int64(statement, 2, row.touched_at);
  sqlite3_bind_int64(statement, 3, row.id);
  const int made = sqlite3_step(statement);
  sqlite3_finalize(statement);
  return made == SQLITE_DONE ? Status::Ok() : Status::Io(sqlite3_errmsg(handle_));
}

Status Database::remove_row(std::int64_t id) {
  return execute("DELETE FROM objects WHERE id = " + std::to_string(id));
}

Status Database::select(const std::string& where, std::vector<Row>& rows) {
  sqlite3_stmt* statement = nullptr;
  const std::string text = "SELECT id, name, bytes, touched_at FROM objects WHERE " + where;
  if (sqlite3_prepare_v2(handle_, text.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    return Status::Io(sqlite3_errmsg(handle_));
  }
  while (sqlite3_step(statement) == SQLITE_ROW) rows.push_back(read_row(statement));
  sqlite3_finalize(statement);
  return Status::Ok();
}

std::int64_t Database::count(const std::string& table) {
  sqlite3_stmt* statement = nullptr;
  const std::string text = "SELECT count(*) FROM " + table;
  if (sqlite3_prepare_v2(handle_, text.c_str(), -1, &statement, nullptr) != SQLITE_OK) return -1;
  std::int64_t rows = -1;
  if (sqlite3_step(statement) == SQLITE_ROW) rows = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return rows;
}

void CloseQuietly(int number) {
  if (number >= 0) close(number);
}

}  // namespace depot
