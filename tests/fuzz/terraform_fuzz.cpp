// Any bytes are a configuration, whole or as a window; linking them ends, and every region of what comes out lies in them.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "lower/terraform/terraform.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_inside(const redtag::Value& value, std::size_t size) {
  if (value.region.valid())
    require(value.region.bytes.begin <= value.region.bytes.end && value.region.bytes.end <= size);
  for (const redtag::Value& item : value.items) require_inside(item, size);
  for (const redtag::Entry& entry : value.entries) require_inside(entry.value, size);
}

void require_inside(const redtag::Model& model, std::size_t size) {
  for (const redtag::Resource& resource : model.resources) {
    require(resource.region.bytes.begin <= resource.header.bytes.begin &&
            resource.header.bytes.end <= resource.region.bytes.end);
    require(resource.region.bytes.end <= size);
    for (const redtag::Entry& entry : resource.attributes) require_inside(entry.value, size);
  }
  for (const redtag::Gap& gap : model.gaps)
    require(gap.region.bytes.begin <= gap.region.bytes.end && gap.region.bytes.end <= size);
  for (const redtag::Operation& operation : model.operations) require(operation.region.bytes.end <= size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  static const FactTables facts = FactTables::builtin();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool partial : {false, true}) {
    LoweredFile file;
    file.file = FileId{0};
    file.path = size % 8 == 0   ? "infra/terraform.tfvars"
                : size % 8 == 1 ? "infra/backend.hcl"
                                : "infra/main.tf";
    file.partial = partial;
    file.model = terraform_frontend.lower({file.file, Side::After, file.path, text, 0, partial}, {facts, 0});
    require_inside(file.model, size);
    MemoryTree tree(std::map<Path, std::string>{});
    (void)terraform_frontend.wants({&file, 1}, tree);
    terraform_frontend.link({&file, 1}, tree, facts);
    require_inside(file.model, size);
    (void)print(file.model);
  }
  return 0;
}
