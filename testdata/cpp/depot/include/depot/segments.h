// Files that hold the bytes: written beside, brought to disk, renamed into place, and removed when nothing refers to them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "depot/config.h"
#include "depot/status.h"

namespace depot {

struct Segment {
  std::uint64_t id = 0;
  std::string path;
  std::size_t bytes = 0;
  bool referenced = false;
  std::int64_t touched_at = 0;
};

class Segments {
 public:
  explicit Segments(StoreOptions options) : options_(std::move(options)) {}

  Status load();
  Status write(std::uint64_t id, const std::string& bytes);
  Status write_index(const std::string& text);
  Status write_manifest(const std::string& text);
  Status drop(std::uint64_t id);
  Status drop_range(std::size_t first, std::size_t last);
  Status shrink(std::uint64_t id, std::size_t bytes);
  Status collect(std::int64_t now);
  Status wipe(const std::string& owner);
  Status wipe_snapshot(const std::string& name);
  Status copy(std::uint64_t id, const std::string& to);
  Status restore(const std::string& snapshot);
  Status verify(std::uint64_t id);
  std::size_t size() const { return segments_.size(); }
  std::string path_of(std::uint64_t id) const;

 private:
  Segment* find(std::uint64_t id);
  Status flush_to_disk(int descriptor);
  Status replace_file(const std::string& path, const std::string& text);

  StoreOptions options_;
  std::mutex mutex_;
  std::vector<Segment> segments_;
  std::uint64_t generation_ = 0;
};

}  // namespace depot
