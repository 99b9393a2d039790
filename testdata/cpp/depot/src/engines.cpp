// Engines in this process: RocksDB for what is written a lot, LMDB for what is read a lot, LevelDB for what is left of old depots.
#include "depot/engines.h"

#include <leveldb/db.h>
#include <lmdb.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <map>

#include "depot/log.h"

namespace depot {

namespace {

class Rocks final : public Engine {
 public:
  Rocks(rocksdb::DB* store, std::map<std::string, rocksdb::ColumnFamilyHandle*> families) : store_(store), families_(std::move(families)) {}
  ~Rocks() override {
    for (auto& [name, handle] : families_) store_->DestroyColumnFamilyHandle(handle);
  }

  Status put(const std::string& key, const std::string& value) override { return came(store_->Put(rocksdb::WriteOptions(), key, value)); }
  Status get(const std::string& key, std::string& value) override { return came(store_->Get(rocksdb::ReadOptions(), key, &value)); }

  Status erase_between(const std::string& first, const std::string& last) override {
    if (first.empty() || last.empty()) return Status::Refused("a range has two ends");
    rocksdb::WriteOptions durable;
    durable.sync = true;
    return came(store_->DeleteRange(durable, store_->DefaultColumnFamily(), first, last));
  }

  Status retire(const std::string& family) override {
    const auto found = families_.find(family);
    if (found == families_.end()) return Status::NotFound(family);
    const Status dropped = came(store_->DropColumnFamily(found->second));
    if (!dropped.ok()) return dropped;
    store_->DestroyColumnFamilyHandle(found->second);
    families_.erase(found);
    return Status::Ok();
  }

 private:
  static Status came(const rocksdb::Status& status) {
    if (status.ok()) return Status::Ok();
    if (status.IsNotFound()) return Status::NotFound(status.ToString());
    return Status::Io("rocksdb: " + status.ToString());
  }

  std::unique_ptr<rocksdb::DB> store_;
  std::map<std::string, rocksdb::ColumnFamilyHandle*> families_;
};

class Lmdb final : public Engine {
 public:
  Lmdb(MDB_env* environment, MDB_dbi table) : environment_(environment), table_(table) {}
  ~Lmdb() override { mdb_env_close(environment_); }

  Status put(const std::string& key, const std::string& value) override {
    MDB_txn* transaction = nullptr;
    int came = mdb_txn_begin(environment_, nullptr, 0, &transaction);
    if (came != 0) return failed(came);
    MDB_val left = view(key), right = view(value);
    came = mdb_put(transaction, table_, &left, &right, 0);
    if (came != 0) {
      mdb_txn_abort(transaction);
      return failed(came);
    }
    came = mdb_txn_commit(transaction);
    return came == 0 ? Status::Ok() : failed(came);
  }

  Status get(const std::string& key, std::string& value) override {
    MDB_txn* transaction = nullptr;
    int came = mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &transaction);
    if (came != 0) return failed(came);
    MDB_val left = view(key), right{};
    came = mdb_get(transaction, table_, &left, &right);
    if (came == 0) value.assign(static_cast<const char*>(right.mv_data), right.mv_size);
    mdb_txn_abort(transaction);
    return came == 0 ? Status::Ok() : failed(came);
  }

  Status erase_between(const std::string& first, const std::string& last) override {
    MDB_txn* transaction = nullptr;
    int came = mdb_txn_begin(environment_, nullptr, 0, &transaction);
    if (came != 0) return failed(came);
    MDB_cursor* cursor = nullptr;
    came = mdb_cursor_open(transaction, table_, &cursor);
    if (came != 0) {
      mdb_txn_abort(transaction);
      return failed(came);
    }
    MDB_val key = view(first), value{};
    came = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    while (came == 0 && std::string(static_cast<const char*>(key.mv_data), key.mv_size) < last) {
      came = mdb_cursor_del(cursor, 0);
      if (came == 0) came = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    if (came != 0 && came != MDB_NOTFOUND) {
      mdb_txn_abort(transaction);
      return failed(came);
    }
    came = mdb_txn_commit(transaction);
    return came == 0 ? Status::Ok() : failed(came);
  }

  Status retire(const std::string& family) override {
    MDB_txn* transaction = nullptr;
    int came = mdb_txn_begin(environment_, nullptr, 0, &transaction);
    if (came != 0) return failed(came);
    MDB_dbi table = 0;
    came = mdb_dbi_open(transaction, family.c_str(), 0, &table);
    if (came == 0) came = mdb_drop(transaction, table, 1);
    if (came != 0) {
      mdb_txn_abort(transaction);
      return failed(came);
    }
    came = mdb_txn_commit(transaction);
    return came == 0 ? Status::Ok() : failed(came);
  }

 private:
  static MDB_val view(const std::string& text) { return {text.size(), const_cast<char*>(text.data())}; }
  static Status failed(int came) { return Status::Io(std::string("lmdb: ") + mdb_strerror(came)); }

  MDB_env* environment_;
  MDB_dbi table_;
};

}  // namespace

std::unique_ptr<Engine> OpenRocks(const std::string& path, const std::vector<std::string>& families) {
  rocksdb::Options options;
  options.create_if_missing = true;
  std::vector<rocksdb::ColumnFamilyDescriptor> described;
  for (const std::string& family : families) described.emplace_back(family, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* store = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(options, path, described, &handles, &store);
  if (!opened.ok()) {
    Log(Level::Error, "rocksdb: " + opened.ToString());
    return nullptr;
  }
  std::map<std::string, rocksdb::ColumnFamilyHandle*> by_name;
  for (std::size_t i = 0; i < handles.size(); ++i) by_name[families[i]] = handles[i];
  return std::make_unique<Rocks>(store, std::move(by_name));
}

std::unique_ptr<Engine> OpenLmdb(const std::string& path) {
  MDB_env* environment = nullptr;
  if (mdb_env_create(&environment) != 0) return nullptr;
  mdb_env_set_maxdbs(environment, 16);
  if (mdb_env_open(environment, path.c_str(), 0, 0640) != 0) {
    mdb_env_close(environment);
    return nullptr;
  }
  return std::make_unique<Lmdb>(environment, 1);
}

Status DestroyRocks(const std::string& path) {
  const rocksdb::Status gone = rocksdb::DestroyDB(path, rocksdb::Options());
  return gone.ok() ? Status::Ok() : Status::Io(gone.ToString());
}

Status DestroyLevel(const std::string& path) {
  const leveldb::Status gone = leveldb::DestroyDB(path, leveldb::Options());
  return gone.ok() ? Status::Ok() : Status::Io(gone.ToString());
}

}  // namespace depot
