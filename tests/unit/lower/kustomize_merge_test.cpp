// Patches laid over objects: by names where the platform has them, by place, and by operations.
#include "lower/kustomize/merge.h"

#include <gtest/gtest.h>

#include <string>

#include "lower/kubernetes/kubernetes.h"

namespace redtag {
namespace {

std::vector<Entry> spec(std::string_view text) {
  static const FactTables facts = FactTables::builtin();
  const std::string whole = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n" + std::string(text);
  Model model = kubernetes::lower_manifests({FileId{0}, Side::After, "a/b.yaml", whole, 0, false}, {facts, 0},
                                            kubernetes::Templating::Never);
  return model.resources.empty() ? std::vector<Entry>() : model.resources.front().attributes;
}

std::string shown(const std::vector<Entry>& entries) {
  std::string all;
  for (const Entry& entry : entries) all += entry.key + "=" + show(entry.value, 500) + ";";
  return all;
}

std::string merged(std::string_view object, std::string_view patch) {
  std::vector<Entry> entries = spec(object);
  kustomize::merge_strategic(entries, spec(patch));
  return shown(entries);
}

Entry operation(const std::string& op, const std::string& path, const std::string& value = {}) {
  Entry made{"operation", {}, {}};
  made.value.presence = Presence::Known;
  made.value.shape = Shape::Block;
  made.value.entries = {{"op", known_string(op), {}}, {"path", known_string(path), {}}};
  if (!value.empty()) made.value.entries.push_back({"value", known_string(value), {}});
  return made;
}

std::string after(std::string_view object, const std::vector<Entry>& operations) {
  std::vector<Entry> entries = spec(object);
  kustomize::apply_operations(entries, operations);
  return shown(entries);
}

TEST(Merge, GoesIntoMappings) {
  EXPECT_EQ(merged("spec: {a: 1, b: {c: 2, d: 3}}", "spec: {b: {c: 5}}"), shown(spec("spec: {a: 1, b: {d: 3, c: 5}}")));
  EXPECT_EQ(merged("spec: {a: 1, b: {c: 2}}", "spec: {b: null}"), shown(spec("spec: {a: 1}")));
  EXPECT_EQ(merged("spec: {a: [x, y]}", "spec: {a: [z]}"), shown(spec("spec: {a: [z]}")));
}

TEST(Merge, FindsElementsByTheirNames) {
  const auto* two = "spec: {containers: [{name: a, image: i}, {name: b, image: j}]}";
  EXPECT_EQ(merged(two, "spec: {containers: [{name: b, image: k}]}"),
            shown(spec("spec: {containers: [{name: a, image: i}, {name: b, image: k}]}")));
  EXPECT_EQ(merged(two, "spec: {containers: [{name: c, image: k}]}"),
            shown(spec("spec: {containers: [{name: a, image: i}, {name: b, image: j}, {name: c, image: k}]}")));
  EXPECT_EQ(merged(two, "spec: {containers: [{name: a, $patch: delete}]}"),
            shown(spec("spec: {containers: [{name: b, image: j}]}")));
  // One element is still a list, and a mapping with a name is none.
  EXPECT_EQ(merged("spec: {containers: [{name: a}]}", "spec: {containers: [{name: b}]}"),
            shown(spec("spec: {containers: [{name: a}, {name: b}]}")));
  EXPECT_EQ(merged("spec: {ref: {name: a, key: k}}", "spec: {ref: {name: b}}"),
            shown(spec("spec: {ref: {key: k, name: b}}")));
  // Elements that the platform does not know by a key are replaced together.
  EXPECT_EQ(merged("spec: {tolerations: [{key: a}, {key: b}]}", "spec: {tolerations: [{key: c}]}"),
            shown(spec("spec: {tolerations: [{key: c}]}")));
}

TEST(Merge, CarriesOutOperations) {
  const auto* two = "spec: {n: 3, containers: [{name: a, image: i}, {name: b, image: j}]}";
  EXPECT_EQ(after(two, {operation("replace", "/spec/containers/1/image", "k")}),
            shown(spec("spec: {n: 3, containers: [{name: a, image: i}, {name: b, image: k}]}")));
  EXPECT_EQ(after(two, {operation("remove", "/spec/containers/0")}),
            shown(spec("spec: {n: 3, containers: [{name: b, image: j}]}")));
  EXPECT_EQ(after(two, {operation("remove", "/spec/n")}),
            shown(spec("spec: {containers: [{name: a, image: i}, {name: b, image: j}]}")));
  EXPECT_EQ(after("spec: {a: {x/y: 1}}", {operation("replace", "/spec/a/x~1y", "2")}),
            shown(spec("spec: {a: {x/y: \"2\"}}")));
}

TEST(Merge, LeavesWhatAPathDoesNotReach) {
  const auto* one = "spec: {containers: [{name: a}], list: [x]}";
  for (const char* path : {"", "/", "/nowhere/else", "/spec/containers/7/name", "/spec/list/0", "/spec/containers/-/x",
                           "//", "/spec/containers/99999999999999999999/name"})
    EXPECT_EQ(after(one, {operation("remove", path)}), shown(spec(one))) << path;
}

}  // namespace
}  // namespace redtag
