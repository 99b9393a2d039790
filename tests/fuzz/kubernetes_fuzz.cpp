// Any bytes are a manifest, a template, values, a release list or a kustomization; reading, linking and covering them ends, and every
// region of what comes out lies in them.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lower/helm/helm.h"
#include "lower/kubernetes/kubernetes.h"
#include "lower/kustomize/kustomize.h"

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
    require(resource.region.bytes.end <= size && resource.header.bytes.end <= size);
    for (const redtag::Entry& entry : resource.attributes) require_inside(entry.value, size);
    for (const redtag::Reference& reference : resource.references) require(reference.region.bytes.end <= size);
  }
  for (const redtag::Gap& gap : model.gaps)
    require(gap.region.bytes.begin <= gap.region.bytes.end && gap.region.bytes.end <= size);
  for (const redtag::Operation& operation : model.operations) require(operation.region.bytes.end <= size);
}

struct Reading {
  const redtag::Frontend* frontend;
  const char* path;
};

/// The text as an overlay, as the patch that it may name and as the object that is patched.
void link_overlay(std::string_view text, const redtag::FactTables& facts) {
  using namespace redtag;
  const std::array<Reading, 3> readings{{{&kustomize_frontend, "overlays/live/kustomization.yaml"},
                                         {&kubernetes_frontend, "overlays/live/patch.yaml"},
                                         {&kubernetes_frontend, "base/object.yaml"}}};
  std::vector<LoweredFile> files;
  std::map<Path, std::string> texts{{"base/kustomization.yaml", "resources: [object.yaml]\n"}};
  for (const Reading& reading : readings) {
    const FileId id{static_cast<std::uint32_t>(files.size())};
    LoweredFile& file = files.emplace_back();
    file.file = id;
    file.path = reading.path;
    file.model = reading.frontend->lower({id, Side::After, file.path, text, 0, false}, {facts, 0});
    texts.emplace(reading.path, text);
  }
  MemoryTree tree(std::move(texts));
  kubernetes_frontend.link(files, tree, facts);
  for (const LoweredFile& file : files) require_inside(file.model, text.size());
}

/// The text as a chart's template and, from the marked line on, as its values and as those of an environment.
void print_chart(std::string_view text, const redtag::FactTables& facts) {
  using namespace redtag;
  constexpr std::string_view mark = "# values\n";
  const std::size_t at = text.find(mark);
  const std::string_view values = at == std::string_view::npos ? text : text.substr(at);
  const std::array<const char*, 3> paths{"charts/web/templates/object.yaml", "charts/web/values.yaml",
                                         "charts/web/values-live.yaml"};
  std::vector<LoweredFile> files;
  std::map<Path, std::string> texts{{"charts/web/Chart.yaml", "name: web\n"}};
  for (const char* path : paths) {
    LoweredFile& file = files.emplace_back();
    file.file = FileId{static_cast<std::uint32_t>(files.size() - 1)};
    file.path = path;
    file.context = files.size() == 1;
    const std::string_view part = file.context ? text.substr(0, at) : values;
    file.model = helm_frontend.lower({file.file, Side::After, file.path, part, 0, false}, {facts, 0});
    texts.emplace(path, part);
  }
  MemoryTree tree(std::move(texts));
  helm_frontend.link(files, tree, facts);
  for (const LoweredFile& file : files) require_inside(file.model, text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  static const FactTables facts = FactTables::builtin();
  static const std::array readings = std::to_array<Reading>({
      {&kubernetes_frontend, "apps/live/object.yaml"},
      {&helm_frontend, "charts/web/templates/object.yaml"},
      {&helm_frontend, "charts/web/values.yaml"},
      {&helm_frontend, "charts/web/Chart.yaml"},
      {&helm_frontend, "deploy/helmfile.yaml"},
      {&kustomize_frontend, "overlays/live/kustomization.yaml"},
  });
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const kubernetes::Masked masked = kubernetes::mask(text);
  require(masked.text.size() == text.size());
  // Broken YAML costs milliseconds a parse, so a text is read either as a whole image or as a part of one.
  const bool partial = size % 2 == 1;
  for (const Reading& reading : readings) {
    LoweredFile file;
    file.file = FileId{0};
    file.path = reading.path;
    file.partial = partial;
    file.model = reading.frontend->lower({file.file, Side::After, file.path, text, 0, partial}, {facts, 0});
    require_inside(file.model, size);
    MemoryTree tree(std::map<Path, std::string>{{reading.path, std::string(text)}});
    if (reading.frontend->wants != nullptr) (void)reading.frontend->wants({&file, 1}, tree);
    if (reading.frontend->link != nullptr) reading.frontend->link({&file, 1}, tree, facts);
    require_inside(file.model, size);
    (void)print(file.model);
  }
  if (size % 4 == 0) link_overlay(text, facts);
  if (size % 4 == 2) print_chart(text, facts);
  return 0;
}
