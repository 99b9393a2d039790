#include "lower/kubernetes/excess.h"

#include <string>

#include "compare/quantity.h"

namespace redtag::kubernetes {

namespace {

/// `cpu: 2 of 1`; empty where all that is asked for may be used.
std::string excess_of(const Value& requests, const Value& limits) {
  std::string said;
  for (const Entry& asked : requests.entries) {
    const Value* most = find_entry(limits, asked.key);
    if (most == nullptr || !asked.value.known() || !most->known()) continue;
    if (compare_quantities(*most, asked.value).outcome != Comparison::Wider) continue;
    said += (said.empty() ? "" : ", ") + asked.key + ": " + asked.value.text + " of " + most->text;
  }
  return said;
}

void note_in(Value& resources) {
  const Value* requests = find_entry(resources, "requests");
  const Value* limits = find_entry(resources, "limits");
  if (requests == nullptr || limits == nullptr) return;
  std::string said = excess_of(*requests, *limits);
  if (said.empty()) return;
  const Region region = requests->region;
  resources.entries.push_back({"above-limit", known_string(std::move(said), region), region});
}

}  // namespace

void note_excess(std::vector<Entry>& attributes) {
  std::vector<std::vector<Entry>*> waiting{&attributes};
  while (!waiting.empty()) {
    std::vector<Entry>& entries = *waiting.back();
    waiting.pop_back();
    for (Entry& entry : entries) {
      if (entry.value.entries.empty()) continue;
      if (entry.key == "resources") note_in(entry.value);
      waiting.push_back(&entry.value.entries);
    }
  }
}

}  // namespace redtag::kubernetes
