// Accounts of bytes: who may hold how much, moved between owners in transactions.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "depot/database.h"

namespace depot {

struct Quota {
  std::string owner;
  std::int64_t bytes = 0;
  std::int64_t used = 0;
};

class Ledger {
 public:
  explicit Ledger(Database& database) : database_(database) {}

  Status transfer(const std::string& from, const std::string& to, std::int64_t bytes);
  Status settle(const std::vector<Quota>& quotas);
  Status rename_owner(const std::string& from, const std::string& to);
  Status import(const std::vector<Row>& rows);
  Status merge(const std::string& owner, const std::vector<std::string>& others);
  Status close_account(const std::string& owner);
  Status reindex();
  Status archive(std::int64_t older_than);
  std::int64_t used(const std::string& owner);

 private:
  Status debit(const std::string& owner, std::int64_t bytes);
  Status credit(const std::string& owner, std::int64_t bytes);
  Status note(const std::string& text);
  Status fail(const Status& status);

  Database& database_;
  std::mutex mutex_;
  std::int64_t moves_ = 0;
};

}  // namespace depot
