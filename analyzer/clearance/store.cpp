#include "clearance/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/hash.h"

namespace redtag {
namespace {

constexpr std::size_t store_files = 20'000;
constexpr std::size_t store_bytes = std::size_t{64} << 20;
constexpr std::string_view clearances_folder = "clearances";
constexpr std::string_view break_glass_folder = "break-glass";

std::string_view folder_of(ClearanceKind kind) {
  return kind == ClearanceKind::BreakGlass ? break_glass_folder : clearances_folder;
}

std::string path_of(const StoredClearance& stored) {
  return fmt::format("{}/{}.json", folder_of(stored.statement.kind), stored.id);
}

/// Reads folders of trees into a store, each file once.
class Reader {
 public:
  explicit Reader(Store& store) : store_(store) {}

  void read(SourceTree& tree, std::string_view folder) {
    for (const TreeEntry& entry : tree.list(folder)) {
      if (entry.directory || !seen_.insert(entry.name).second) continue;
      if (seen_.size() > store_files || bytes_ > store_bytes) {
        store_.cut = true;
        return;
      }
      const auto text = tree.read(fmt::format("{}/{}", folder, entry.name));
      if (!text) continue;
      bytes_ += text->size();
      take(*text, folder, entry.name);
    }
  }

 private:
  void take(const std::string& text, std::string_view folder, const std::string& name) {
    Expected<StoredClearance> stored = read_clearance(text);
    if (!stored) {
      store_.unreadable.push_back(fmt::format("{}: {}", name, stored.error().message));
    } else if (stored->id + ".json" != name || folder_of(stored->statement.kind) != folder) {
      store_.unreadable.push_back(fmt::format("{}: it stands under another name than its own", name));
    } else {
      store_.clearances.push_back(std::move(*stored));
    }
  }

  Store& store_;
  std::set<std::string> seen_;
  std::size_t bytes_ = 0;
};

RefUpdate update_at(Instant now, std::string message) {
  RefUpdate update;
  update.ref = std::string(clearance_ref);
  update.unite = {std::string(fetched_clearance_ref)};
  update.message = std::move(message);
  update.date = now;
  return update;
}

}  // namespace

Expected<StoredClearance> read_clearance(std::string_view text) {
  StoredClearance stored;
  RT_TRY(stored.envelope, read_envelope(text));
  if (stored.envelope.payload_type != in_toto_payload_type) {
    return fail(ErrorCode::Input, "an envelope's payload is no in-toto statement");
  }
  RT_TRY(stored.statement, read_statement(stored.envelope.payload));
  stored.id = sha256_hex(text);
  return stored;
}

Store read_store(Repository& repository, StorePart part) {
  Store store;
  Reader reader(store);
  for (const std::string_view ref : {clearance_ref, fetched_clearance_ref}) {
    const auto tree = repository.tree(ref);
    if (!tree) continue;  // no such ref here
    store.present = true;
    reader.read(**tree, break_glass_folder);
    if (part == StorePart::All) reader.read(**tree, clearances_folder);
  }
  std::sort(store.clearances.begin(), store.clearances.end(),
            [](const StoredClearance& a, const StoredClearance& b) { return a.id < b.id; });
  std::sort(store.unreadable.begin(), store.unreadable.end());
  return store;
}

Expected<StoredClearance> add_to_store(const OwnRefs& refs, const Envelope& envelope) {
  const std::string text = print_envelope(envelope);
  RT_TRY(StoredClearance stored, read_clearance(text));
  RefUpdate update = update_at(stored.statement.signed_at, fmt::format("Add {}", path_of(stored)));
  update.add.emplace(path_of(stored), text);
  RT_TRY(refs.update(update));
  return stored;
}

Expected<std::string> unite_store(const OwnRefs& refs, Instant now) {
  return refs.update(update_at(now, "Unite with what was fetched"));
}

Expected<void> remove_from_store(const OwnRefs& refs, const std::vector<std::string>& ids, Instant now) {
  RefUpdate update = update_at(now, fmt::format("Take out {} revoked", ids.size()));
  for (const std::string& id : ids) {
    for (const std::string_view folder : {clearances_folder, break_glass_folder}) {
      update.remove.push_back(fmt::format("{}/{}.json", folder, id));
    }
  }
  RT_TRY(refs.update(update));
  return {};
}

}  // namespace redtag
