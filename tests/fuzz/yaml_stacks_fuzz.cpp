// Any bytes are a template, a pipeline, a container file or a playbook, whole or as a window: lowering ends, and every region of
// what comes out lies in them. The first byte chooses the front end, so that one corpus serves all.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lower/ansible/ansible.h"
#include "lower/ci/ci.h"
#include "lower/cloudformation/cloudformation.h"
#include "lower/docker/docker.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_inside(const redtag::Region& region, std::size_t size) {
  if (region.valid()) require(region.bytes.begin <= region.bytes.end && region.bytes.end <= size);
}

void require_inside(const redtag::Value& value, std::size_t size) {
  require_inside(value.region, size);
  for (const redtag::Value& item : value.items) require_inside(item, size);
  for (const redtag::Entry& entry : value.entries) {
    require_inside(entry.region, size);
    require_inside(entry.value, size);
  }
}

void require_inside(const redtag::Model& model, std::size_t size) {
  for (const redtag::Resource& resource : model.resources) {
    require_inside(resource.region, size);
    require_inside(resource.header, size);
    for (const redtag::Entry& entry : resource.attributes) require_inside(entry.value, size);
    for (const redtag::Reference& reference : resource.references) require_inside(reference.region, size);
  }
  for (const redtag::Operation& operation : model.operations) require_inside(operation.region, size);
  for (const redtag::Procedure& procedure : model.procedures) require_inside(procedure.region, size);
  for (const redtag::Safeguard& safeguard : model.safeguards) require_inside(safeguard.region, size);
  for (const redtag::Gap& gap : model.gaps) require_inside(gap.region, size);
}

struct Kind {
  const redtag::Frontend* frontend;
  std::string_view path;
};

constexpr std::array kinds = std::to_array<Kind>({{&redtag::cloudformation_frontend, "stacks/shop.yaml"},
                                                  {&redtag::ci_frontend, ".github/workflows/ci.yml"},
                                                  {&redtag::ci_frontend, ".gitlab-ci.yml"},
                                                  {&redtag::ci_frontend, "azure-pipelines.yml"},
                                                  {&redtag::ci_frontend, ".circleci/config.yml"},
                                                  {&redtag::ci_frontend, ".travis.yml"},
                                                  {&redtag::ci_frontend, "Jenkinsfile"},
                                                  {&redtag::docker_frontend, "Dockerfile"},
                                                  {&redtag::docker_frontend, "docker-compose.yml"},
                                                  {&redtag::ansible_frontend, "playbooks/site.yml"},
                                                  {&redtag::ansible_frontend, "inventory/production"},
                                                  {&redtag::cloudformation_frontend, "shop/serverless.yml"},
                                                  {&redtag::cloudformation_frontend, "shop/samconfig.toml"}});

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  if (size == 0) return 0;
  static const FactTables facts = FactTables::builtin();
  const Kind& kind = kinds[(data[0] - std::uint8_t{'0'}) % kinds.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const bool partial : {false, true}) {
    const Model model = kind.frontend->lower({FileId{0}, Side::After, kind.path, text, 0, partial}, {facts, 0});
    require_inside(model, text.size());
    (void)print(model);
  }
  return 0;
}
