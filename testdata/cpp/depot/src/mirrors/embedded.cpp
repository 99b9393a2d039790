// SQLite in the same process, and MySQL beside it.
#include <mysql/mysql.h>
#include <sqlite3.h>

#include "depot/log.h"
#include "depot/mirrors.h"

namespace depot {

namespace {

class Sqlite final : public Mirror {
 public:
  explicit Sqlite(const std::string& path) {
    if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) Log(Level::Error, sqlite3_errmsg(handle_));
  }
  ~Sqlite() override { sqlite3_close(handle_); }

  const char* kind() const override { return "sqlite"; }

  Status remember(std::uint64_t id, const std::string& name, std::size_t bytes) override {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, "INSERT INTO segments (id, name, bytes) VALUES (?, ?, ?)", -1, &statement, nullptr) != SQLITE_OK) return failed();
    sqlite3_bind_int64(statement, 1, static_cast<sqlite3_int64>(id));
    sqlite3_bind_text(statement, 2, name.c_str(), -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statement, 3, static_cast<sqlite3_int64>(bytes));
    return step(statement);
  }

  Status forget(std::uint64_t id) override {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, "DELETE FROM segments WHERE id = ?", -1, &statement, nullptr) != SQLITE_OK) return failed();
    sqlite3_bind_int64(statement, 1, static_cast<sqlite3_int64>(id));
    return step(statement);
  }

  Status close_tenant(const std::string& tenant) override {
    if (!IsPlainName(tenant)) return Status::Refused("not a tenant's name: " + tenant);
    if (sqlite3_exec(handle_, "DROP TABLE sqlite_closing_tenants", nullptr, nullptr, nullptr) != SQLITE_OK) return failed();
    return Status::Ok();
  }

 private:
  Status step(sqlite3_stmt* statement) {
    const int came = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return came == SQLITE_DONE ? Status::Ok() : failed();
  }
  Status failed() { return Status::Io(std::string("sqlite: ") + sqlite3_errmsg(handle_)); }

  sqlite3* handle_ = nullptr;
};

class Mysql final : public Mirror {
 public:
  explicit Mysql(const std::string& where) {
    handle_ = mysql_init(nullptr);
    if (mysql_real_connect(handle_, where.c_str(), "depot", nullptr, "depot", 0, nullptr, 0) == nullptr) Log(Level::Error, mysql_error(handle_));
  }
  ~Mysql() override { mysql_close(handle_); }

  const char* kind() const override { return "mysql"; }

  Status remember(std::uint64_t id, const std::string& name, std::size_t bytes) override {
    if (!IsPlainName(name)) return Status::Refused("not a segment's name: " + name);
    return run("INSERT INTO segments VALUES (" + std::to_string(id) + ", '" + name + "', " + std::to_string(bytes) + ")");
  }

  Status forget(std::uint64_t id) override { return run("DELETE FROM segments WHERE id = " + std::to_string(id)); }

  Status close_tenant(const std::string& tenant) override {
    if (!IsPlainName(tenant)) return Status::Refused("not a tenant's name: " + tenant);
    if (mysql_query(handle_, "DROP TABLE mysql_closing_tenants") != 0) return Status::Io(mysql_error(handle_));
    return Status::Ok();
  }

 private:
  Status run(const std::string& statement) {
    if (mysql_real_query(handle_, statement.data(), statement.size()) != 0) return Status::Io(mysql_error(handle_));
    return Status::Ok();
  }

  MYSQL* handle_ = nullptr;
};

}  // namespace

std::unique_ptr<Mirror> OpenSqlite(const std::string& path) { return std::make_unique<Sqlite>(path); }
std::unique_ptr<Mirror> OpenMysql(const std::string& where) { return std::make_unique<Mysql>(where); }

}  // namespace depot
