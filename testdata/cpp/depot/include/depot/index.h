// Where each object's bytes are, in order of name. Readers see one generation; a writer makes the next one and publishes it whole.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "depot/status.h"

namespace depot {

struct Place {
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
  std::uint32_t bytes = 0;
  std::uint32_t checksum = 0;
  bool operator==(const Place&) const = default;
};

using Page = std::map<std::string, Place, std::less<>>;

/// One generation: never changed once it is published.
struct Generation {
  std::uint64_t number = 0;
  std::vector<std::shared_ptr<const Page>> pages;  ///< in order; no two overlap
  std::size_t objects = 0;
};

/// What a writer wants done, in order.
class Edit {
 public:
  void put(std::string name, Place place) { puts_[std::move(name)] = place; }
  void remove(std::string name) { removes_.push_back(std::move(name)); }
  void remove_range(std::string first, std::string last) { ranges_.emplace_back(std::move(first), std::move(last)); }
  bool empty() const { return puts_.empty() && removes_.empty() && ranges_.empty(); }

 private:
  friend class Index;
  Page puts_;
  std::vector<std::string> removes_;
  std::vector<std::pair<std::string, std::string>> ranges_;
};

class Index {
 public:
  Index();

  std::optional<Place> find(std::string_view name) const;
  std::vector<std::pair<std::string, Place>> scan(std::string_view from, std::string_view to, std::size_t most) const;
  std::shared_ptr<const Generation> pin() const;
  Status apply(const Edit& edit, std::size_t& removed);
  Status save(const std::string& path) const;
  Status load(const std::string& path);
  std::vector<std::uint64_t> segments() const;

 private:
  void publish(Page whole, std::uint64_t number);

  mutable std::mutex mutex_;
  std::shared_ptr<const Generation> current_;
};

}  // namespace depot
