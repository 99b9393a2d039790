// Pairing what stands on both sides: lists of indexes that grow shorter with each key that is tried.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "model/model.h"

namespace redtag {

using Ids = std::vector<std::uint32_t>;
using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

/// Pairs what has the same key on both sides, in order, and takes it out of both lists.
template <class Key, class KeyOf>
Pairs pair_by(Ids& before, Ids& after, KeyOf key_of) {
  std::map<Key, Ids> waiting;
  for (const std::uint32_t id : before) waiting[key_of(Side::Before, id)].push_back(id);
  Pairs pairs;
  Ids rest;
  std::set<std::uint32_t> taken;
  std::map<Key, std::size_t> used;
  for (const std::uint32_t id : after) {
    const Key key = key_of(Side::After, id);
    const auto found = waiting.find(key);
    std::size_t& count = used[key];
    if (found == waiting.end() || count >= found->second.size()) {
      rest.push_back(id);
      continue;
    }
    pairs.emplace_back(found->second[count], id);
    taken.insert(found->second[count++]);
  }
  after = std::move(rest);
  std::erase_if(before, [&](std::uint32_t id) { return taken.count(id) > 0; });
  return pairs;
}

/// Indexes of those that the change is about.
template <class T>
Ids subjects(const std::vector<T>& all) {
  Ids ids;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (all[i].subject) ids.push_back(i);
  }
  return ids;
}

}  // namespace redtag
