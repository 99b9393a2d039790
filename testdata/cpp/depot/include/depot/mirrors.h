// Catalogs that other people run: each is told what the depot keeps, and forgets what the depot forgets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "depot/status.h"

namespace depot {

/// A catalog somewhere else. What is forgotten there is forgotten for good.
class Mirror {
 public:
  virtual ~Mirror() = default;
  virtual Status remember(std::uint64_t id, const std::string& name, std::size_t bytes) = 0;
  virtual Status forget(std::uint64_t id) = 0;
  virtual Status close_tenant(const std::string& tenant) = 0;
  virtual const char* kind() const = 0;
};

std::unique_ptr<Mirror> OpenPostgres(const std::string& where);
std::unique_ptr<Mirror> OpenPqxx(const std::string& where);
std::unique_ptr<Mirror> OpenSqlite(const std::string& path);
std::unique_ptr<Mirror> OpenMysql(const std::string& where);
std::unique_ptr<Mirror> OpenOdbc(const std::string& source);
std::unique_ptr<Mirror> OpenSoci(const std::string& where);
std::unique_ptr<Mirror> OpenQt(const std::string& name);

/// All mirrors of a depot. One that fails does not keep the others from being told.
class Mirrors {
 public:
  void add(std::unique_ptr<Mirror> mirror) { mirrors_.push_back(std::move(mirror)); }
  Status remember(std::uint64_t id, const std::string& name, std::size_t bytes);
  Status forget(std::uint64_t id);
  Status close_tenant(const std::string& tenant);
  std::size_t size() const { return mirrors_.size(); }

 private:
  std::vector<std::unique_ptr<Mirror>> mirrors_;
};

/// A tenant's name as part of a table's: letters, digits and underscores, so that it cannot end a statement.
bool IsPlainName(const std::string& name);

}  // namespace depot
