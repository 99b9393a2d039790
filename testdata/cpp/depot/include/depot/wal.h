// The log that is written before anything else is: what was promised can be done again after a crash.
//
//   record: [length 4][checksum 4][sequence 8][kind 1][payload …]      little-endian, one behind the other
//   file:   wal-<first sequence>.log, closed when it is full and removed once a checkpoint is past its last record
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "depot/status.h"

namespace depot {

enum class RecordKind : std::uint8_t { Put = 1, Remove = 2, Checkpoint = 3 };

struct Record {
  std::uint64_t sequence = 0;
  RecordKind kind = RecordKind::Put;
  std::string payload;
};

struct WalOptions {
  std::string directory = "/var/lib/depot/wal";
  std::size_t max_file_bytes = 16777216;
  bool sync_every_record = true;
  int keep_closed_files = 2;
};

/// What recovery found.
struct Recovery {
  std::uint64_t last_sequence = 0;
  std::size_t records = 0;
  std::size_t torn_bytes = 0;  ///< of a record that was being written when the power went
};

class Wal {
 public:
  explicit Wal(WalOptions options) : options_(std::move(options)) {}
  ~Wal();
  Wal(const Wal&) = delete;
  Wal& operator=(const Wal&) = delete;

  Status open();
  Status append(RecordKind kind, std::string_view payload, std::uint64_t& sequence);
  Status append_all(const std::vector<Record>& records);
  Status checkpoint(std::uint64_t sequence);
  Status recover(const std::function<Status(const Record&)>& apply, Recovery& recovery);
  std::uint64_t last_sequence() const { return sequence_; }

 private:
  Status start_file();
  Status close_file();
  Status write_all(std::string_view bytes);
  Status cut_torn_tail(const std::string& path, std::size_t whole);
  Status drop_before(std::uint64_t sequence);
  std::vector<std::string> files() const;

  WalOptions options_;
  mutable std::mutex mutex_;
  int descriptor_ = -1;
  std::size_t written_ = 0;
  std::uint64_t sequence_ = 0;
};

std::uint32_t ChecksumOf(std::string_view bytes);
std::string Encode(const Record& record);
/// The first whole record of `bytes`; its length in `taken`, 0 where there is none.
Status Decode(std::string_view bytes, Record& record, std::size_t& taken);

}  // namespace depot
