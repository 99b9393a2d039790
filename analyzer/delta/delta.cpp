#include "delta/delta.h"

#include "delta/attached.h"
#include "delta/operations.h"
#include "delta/resources.h"

namespace redtag {

Delta compare(const Sides& sides, const FactTables& facts) {
  Delta delta;
  compare_resources(sides, facts, delta);
  compare_attached(sides, delta);
  compare_operations(sides, delta);
  compare_safeguards(sides, delta);
  compare_procedures(sides, delta);
  return delta;
}

}  // namespace redtag
