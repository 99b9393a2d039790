// Where objects are kept: engines of other people, in this process or behind a network.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "depot/status.h"

namespace depot {

/// Keys and values of one kind of thing.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual Status put(const std::string& key, const std::string& value) = 0;
  virtual Status get(const std::string& key, std::string& value) = 0;
  virtual Status erase_between(const std::string& first, const std::string& last) = 0;
  virtual Status retire(const std::string& family) = 0;
};

std::unique_ptr<Engine> OpenRocks(const std::string& path, const std::vector<std::string>& families);
std::unique_ptr<Engine> OpenLmdb(const std::string& path);
Status DestroyRocks(const std::string& path);
Status DestroyLevel(const std::string& path);

/// Objects that lie with someone else.
class Archive {
 public:
  virtual ~Archive() = default;
  virtual Status store(const std::string& key, const std::string& bytes) = 0;
  virtual Status expire(const std::string& key) = 0;
  virtual Status close(const std::string& bucket) = 0;
};

std::unique_ptr<Archive> OpenS3(const std::string& bucket);
std::unique_ptr<Archive> OpenCloudStorage(const std::string& bucket);
std::unique_ptr<Archive> OpenPeer(const std::string& url);

}  // namespace depot
