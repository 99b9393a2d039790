// The one connection to the catalog, and what is done through it.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "depot/status.h"

struct sqlite3;

namespace depot {

struct Row {
  std::int64_t id = 0;
  std::string name;
  std::int64_t bytes = 0;
  std::int64_t touched_at = 0;
};

class Database {
 public:
  explicit Database(std::string path) : path_(std::move(path)) {}
  ~Database();

  Status open();
  Status begin();
  Status commit();
  void rollback();
  Status execute(const std::string& statement);
  Status insert(const Row& row);
  Status update(const Row& row);
  Status remove_row(std::int64_t id);
  Status select(const std::string& where, std::vector<Row>& rows);
  std::int64_t count(const std::string& table);
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  sqlite3* handle_ = nullptr;
};

/// Closes a descriptor and forgets what came of it.
void CloseQuietly(int number);

}  // namespace depot
