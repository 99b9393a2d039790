// What speaks to many databases: ODBC, SOCI and Qt.
#include <soci/soci.h>
#include <sql.h>
#include <sqlext.h>

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include "depot/log.h"
#include "depot/mirrors.h"

namespace depot {

namespace {

class Odbc final : public Mirror {
 public:
  explicit Odbc(const std::string& source) {
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_);
    SQLSetEnvAttr(environment_, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0);
    SQLAllocHandle(SQL_HANDLE_DBC, environment_, &connection_);
    std::string words = "DSN=" + source;
    SQLDriverConnect(connection_, nullptr, reinterpret_cast<SQLCHAR*>(words.data()), SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
  }
  ~Odbc() override {
    SQLDisconnect(connection_);
    SQLFreeHandle(SQL_HANDLE_DBC, connection_);
    SQLFreeHandle(SQL_HANDLE_ENV, environment_);
  }

  const char* kind() const override { return "odbc"; }

  Status remember(std::uint64_t id, const std::string& name, std::size_t bytes) override {
    if (!IsPlainName(name)) return Status::Refused("not a segment's name: " + name);
    return run("INSERT INTO segments VALUES (" + std::to_string(id) + ", '" + name + "', " + std::to_string(bytes) + ")");
  }
  Status forget(std::uint64_t id) override { return run("DELETE FROM segments WHERE id = " + std::to_string(id)); }

  Status close_tenant(const std::string& tenant) override {
    if (!IsPlainName(tenant)) return Status::Refused("not a tenant's name: " + tenant);
    SQLHSTMT statement = nullptr;
    SQLAllocHandle(SQL_HANDLE_STMT, connection_, &statement);
    const SQLRETURN came = SQLExecDirect(statement, (SQLCHAR*)"DROP TABLE odbc_closing_tenants", SQL_NTS);
    SQLFreeHandle(SQL_HANDLE_STMT, statement);
    return SQL_SUCCEEDED(came) ? Status::Ok() : Status::Io("odbc: cannot close " + tenant);
  }

 private:
  Status run(std::string words) {
    SQLHSTMT statement = nullptr;
    SQLAllocHandle(SQL_HANDLE_STMT, connection_, &statement);
    const SQLRETURN came = SQLExecDirect(statement, reinterpret_cast<SQLCHAR*>(words.data()), SQL_NTS);
    SQLFreeHandle(SQL_HANDLE_STMT, statement);
    return SQL_SUCCEEDED(came) ? Status::Ok() : Status::Io("odbc: a statement failed");
  }

  SQLHENV environment_ = nullptr;
  SQLHDBC connection_ = nullptr;
};

class Soci final : public Mirror {
 public:
  explicit Soci(const std::string& where) : session_(where) {}

  const char* kind() const override { return "soci"; }

  Status remember(std::uint64_t id, const std::string& name, std::size_t bytes) override {
    session_ << "INSERT INTO segments (id, name, bytes) VALUES (:id, :name, :bytes)", soci::use(id), soci::use(name), soci::use(bytes);
    return Status::Ok();
  }
  Status forget(std::uint64_t id) override {
    session_ << "DELETE FROM segments WHERE id = :id", soci::use(id);
    return Status::Ok();
  }

  Status close_tenant(const std::string& tenant) override {
    if (!IsPlainName(tenant)) return Status::Refused("not a tenant's name: " + tenant);
    session_.once << "DROP TABLE soci_closing_tenants";
    return Status::Ok();
  }

 private:
  soci::session session_;
};

class Qt final : public Mirror {
 public:
  explicit Qt(const std::string& name) : database_(QSqlDatabase::addDatabase("QPSQL", QString::fromStdString(name))) { database_.open(); }

  const char* kind() const override { return "qt"; }

  Status remember(std::uint64_t id, const std::string& name, std::size_t bytes) override {
    QSqlQuery query(database_);
    query.prepare("INSERT INTO segments (id, name, bytes) VALUES (?, ?, ?)");
    query.addBindValue(static_cast<qulonglong>(id));
    query.addBindValue(QString::fromStdString(name));
    query.addBindValue(static_cast<qulonglong>(bytes));
    return done(query, query.exec());
  }
  Status forget(std::uint64_t id) override {
    QSqlQuery query(database_);
    query.prepare("DELETE FROM segments WHERE id = ?");
    query.addBindValue(static_cast<qulonglong>(id));
    return done(query, query.exec());
  }

  Status close_tenant(const std::string& tenant) override {
    if (!IsPlainName(tenant)) return Status::Refused("not a tenant's name: " + tenant);
    QSqlQuery query(database_);
    return done(query, query.exec("DROP TABLE qt_closing_tenants"));
  }

 private:
  static Status done(const QSqlQuery& query, bool good) {
    return good ? Status::Ok() : Status::Io("qt: " + query.lastError().text().toStdString());
  }

  QSqlDatabase database_;
};

}  // namespace

std::unique_ptr<Mirror> OpenOdbc(const std::string& source) { return std::make_unique<Odbc>(source); }
std::unique_ptr<Mirror> OpenSoci(const std::string& where) { return std::make_unique<Soci>(where); }
std::unique_ptr<Mirror> OpenQt(const std::string& name) { return std::make_unique<Qt>(name); }

bool IsPlainName(const std::string& name) {
  if (name.empty() || name.size() > 63) return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '_') return false;
  }
  return true;
}

Status Mirrors::remember(std::uint64_t id, const std::string& name, std::size_t bytes) {
  Status worst = Status::Ok();
  for (const auto& mirror : mirrors_) {
    const Status told = mirror->remember(id, name, bytes);
    if (!told.ok()) worst = told;
  }
  return worst;
}

Status Mirrors::forget(std::uint64_t id) {
  Status worst = Status::Ok();
  for (const auto& mirror : mirrors_) {
    const Status told = mirror->forget(id);
    if (!told.ok()) worst = told;
  }
  return worst;
}

Status Mirrors::close_tenant(const std::string& tenant) {
  Status worst = Status::Ok();
  for (const auto& mirror : mirrors_) {
    const Status told = mirror->close_tenant(tenant);
    if (!told.ok()) {
      Log(Level::Warning, std::string(mirror->kind()) + ": " + told.message());
      worst = told;
    }
  }
  return worst;
}

}  // namespace depot
