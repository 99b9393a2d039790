// Terraform's other files: configuration in JSON, Terragrunt units, lock files, states, texts that a configuration reads. The first byte chooses
// which, so that one corpus serves all. Lowering and linking end, and every region of what comes out lies in the text.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "lower/terraform/terraform.h"

namespace {

void require_inside(const redtag::Region& region, std::size_t size) {
  if (region.valid() && (region.bytes.begin > region.bytes.end || region.bytes.end > size)) std::abort();
}

void require_inside(const redtag::Value& value, std::size_t size) {
  require_inside(value.region, size);
  for (const redtag::Value& item : value.items) require_inside(item, size);
  for (const redtag::Entry& entry : value.entries) require_inside(entry.value, size);
}

void require_inside(const redtag::Model& model, std::size_t size) {
  for (const redtag::Resource& resource : model.resources) {
    require_inside(resource.region, size);
    require_inside(resource.header, size);
    for (const redtag::Entry& entry : resource.attributes) require_inside(entry.value, size);
  }
  for (const redtag::Gap& gap : model.gaps) require_inside(gap.region, size);
}

constexpr std::array paths = std::to_array<std::string_view>(
    {"infra/main.tf.json", "infra/terragrunt.hcl", "infra/.terraform.lock.hcl", "infra/terraform.tfstate",
     "infra/policy.json", "infra/prod.tfvars.json", "infra/terragrunt.stack.hcl", "infra/setup.tftpl"});

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  if (size == 0) return 0;
  static const FactTables facts = FactTables::builtin();
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const bool partial : {false, true}) {
    LoweredFile file;
    file.file = FileId{0};
    file.path = paths[data[0] % paths.size()];
    file.partial = partial;
    file.model = terraform_frontend.lower({file.file, Side::After, file.path, text, 0, partial}, {facts, 0});
    require_inside(file.model, text.size());
    MemoryTree tree(std::map<Path, std::string>{});
    (void)terraform_frontend.wants({&file, 1}, tree);
    terraform_frontend.link({&file, 1}, tree, facts);
    require_inside(file.model, text.size());
    (void)print(file.model);
  }
  return 0;
}
