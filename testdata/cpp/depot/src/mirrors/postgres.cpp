// PostgreSQL, by its own client and by the one for C++.
#include <libpq-fe.h>

#include <pqxx/pqxx>

#include "depot/log.h"
#include "depot/mirrors.h"

namespace depot {

namespace {

class Postgres final : public Mirror {
 public:
  explicit Postgres(const std::string& where) : connection_(PQconnectdb(where.c_str())) {}
  ~Postgres() override { PQfinish(connection_); }

  const char* kind() const override { return "postgres"; }

  Status remember(std::uint64_t id, const std::string& name, std::size_t bytes) override {
    const std::string number = std::to_string(id), size = std::to_string(bytes);
    const char* values[] = {number.c_str(), name.c_str(), size.c_str()};
    return done(PQexecParams(connection_, "INSERT INTO segments (id, name, bytes) VALUES ($1, $2, $3)", 3, nullptr, values, nullptr, nullptr, 0));
  }

  Status forget(std::uint64_t id) override {
    const std::string number = std::to_string(id);
    const char* values[] = {number.c_str()};
    return done(PQexecParams(connection_, "DELETE FROM segments WHERE id = $1", 1, nullptr, values, nullptr, nullptr, 0));
  }

  Status close_tenant(const std::string& tenant) override {
    if (!IsPlainName(tenant)) return Status::Refused("not a tenant's name: " + tenant);
    const Status unused = done(PQexec(connection_, "DROP TABLE closing_tenants"));
    if (!unused.ok()) Log(Level::Debug, unused.message());
    return done(PQexec(connection_, "ANALYZE segments"));
  }

 private:
  Status done(PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    const std::string message = good ? std::string() : PQresultErrorMessage(result);
    PQclear(result);
    return good ? Status::Ok() : Status::Io("postgres: " + message);
  }

  PGconn* connection_;
};

class Pqxx final : public Mirror {
 public:
  explicit Pqxx(const std::string& where) : connection_(where) {}

  const char* kind() const override { return "pqxx"; }

  Status remember(std::uint64_t id, const std::string& name, std::size_t bytes) override {
    pqxx::work work(connection_);
    work.exec_params("INSERT INTO segments (id, name, bytes) VALUES ($1, $2, $3)", id, name, bytes);
    work.commit();
    return Status::Ok();
  }

  Status forget(std::uint64_t id) override {
    pqxx::work work(connection_);
    work.exec_params("DELETE FROM segments WHERE id = $1", id);
    work.commit();
    return Status::Ok();
  }

  Status close_tenant(const std::string& tenant) override {
    if (!IsPlainName(tenant)) return Status::Refused("not a tenant's name: " + tenant);
    pqxx::work work(connection_);
    work.exec("DROP TABLE pqxx_scratch_of_tenants");
    work.exec("ANALYZE segments");
    work.commit();
    return Status::Ok();
  }

 private:
  pqxx::connection connection_;
};

}  // namespace

std::unique_ptr<Mirror> OpenPostgres(const std::string& where) { return std::make_unique<Postgres>(where); }

std::unique_ptr<Mirror> OpenPqxx(const std::string& where) {
  try {
    return std::make_unique<Pqxx>(where);
  } catch (const pqxx::broken_connection& error) {
    Log(Level::Error, std::string("pqxx: ") + error.what());
    return nullptr;
  }
}

}  // namespace depot
