// What the front end of Kubernetes makes of manifests and templates.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "lower/kubernetes/kubernetes.h"
#include "lower/kubernetes/mask.h"

namespace redtag {
namespace {

Model lower(std::string_view text, std::string_view path = "apps/shop/objects.yaml",
            kubernetes::Templating templating = kubernetes::Templating::IfNeeded) {
  static const FactTables facts = FactTables::builtin();
  return kubernetes::lower_manifests({FileId{0}, Side::After, path, text, 0, false}, {facts, 0}, templating);
}

Model lower_template(std::string_view text) {
  return lower(text, "charts/web/templates/object.yaml", kubernetes::Templating::Always);
}

/// The values at a dotted path, shown and joined.
std::string at(const Resource& object, std::string_view path) {
  std::string out;
  const auto walk = [&](const auto& self, const std::vector<Entry>& entries, std::string_view rest) -> void {
    for (const Entry& entry : entries) {
      if (entry.key == rest) out += (out.empty() ? "" : ", ") + show(entry.value);
      if (rest.starts_with(entry.key + ".")) self(self, entry.value.entries, rest.substr(entry.key.size() + 1));
    }
  };
  walk(walk, object.attributes, path);
  return out;
}

TEST(Kubernetes, NamesObjectsByPlaceAndIdentity) {
  const Model model = lower(
      "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n---\n"
      "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: shop}\n",
      "clusters/live/shop/all.yaml");
  ASSERT_EQ(model.resources.size(), 2U);
  EXPECT_EQ(model.resources[0].address, "clusters/live/shop:apps/Deployment/shop/web");
  EXPECT_EQ(model.resources[0].identity, "live|apps/Deployment/shop/web");
  EXPECT_EQ(model.resources[1].address, "clusters/live/shop:Namespace/shop");
}

TEST(Kubernetes, ReadsScalarsAsItsToolsDo) {
  const Model model =
      lower("apiVersion: v1\nkind: Thing\nspec:\n  a: yes\n  b: \"yes\"\n  c: 0755\n  d: 1.10\n  e: No\n  f: nO\n");
  ASSERT_EQ(model.resources.size(), 1U);
  EXPECT_EQ(at(model.resources[0], "spec.a"), "true");
  EXPECT_EQ(at(model.resources[0], "spec.b"), "\"yes\"");
  EXPECT_EQ(at(model.resources[0], "spec.c"), "493");
  EXPECT_EQ(at(model.resources[0], "spec.d"), "1.10");
  EXPECT_EQ(at(model.resources[0], "spec.e"), "false");
  EXPECT_EQ(at(model.resources[0], "spec.f"), "\"nO\"");
}

TEST(Kubernetes, KeepsWhatATemplateHidesUnknown) {
  const Model model = lower_template(
      "{{- if .Values.on }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ template \"web.name\" . "
      "}}\nspec:\n"
      "  replicas: {{ .Values.replicas }}\n  selector:\n    matchLabels:\n      {{- include \"web.labels\" . | nindent "
      "6 }}\n"
      "      tier: front\n  empty:\n    {{- toYaml .Values.x | nindent 4 }}\n{{- end }}\n");
  ASSERT_EQ(model.resources.size(), 1U);
  const Resource& object = model.resources[0];
  EXPECT_EQ(object.name, "{{ include \"web.name\" . }}");
  EXPECT_TRUE(object.identity.empty());
  EXPECT_EQ(at(object, "spec.replicas"), "{{ .Values.replicas }}");
  EXPECT_EQ(at(object, "spec.selector.matchLabels.tier"), "\"front\"");
  EXPECT_EQ(at(object, "spec.selector.matchLabels.{{ include \"web.labels\" . }}"), "{{ include \"web.labels\" . }}");
  EXPECT_EQ(at(object, "spec.empty"), "{{ toYaml .Values.x }}");
  EXPECT_TRUE(model.gaps.empty());
}

TEST(Kubernetes, JoinsTheBranchesOfATemplate) {
  const Model model = lower_template(
      "apiVersion: v1\nkind: Service\nspec:\n{{- if .Values.a }}\n  type: LoadBalancer\n  ports:\n  - port: 80\n{{- "
      "else }}\n"
      "  type: ClusterIP\n  ports:\n  - port: 81\n{{- end }}\n");
  ASSERT_EQ(model.resources.size(), 1U);
  EXPECT_EQ(at(model.resources[0], "spec.ports.port"), "80, 81");
  const auto& spec = model.resources[0].attributes.front().value.entries;
  EXPECT_EQ(std::count_if(spec.begin(), spec.end(), [](const Entry& entry) { return entry.key == "type"; }), 1);
  EXPECT_EQ(spec.front().value.presence, Presence::Unknown);
}

TEST(Kubernetes, LeavesOutALineThatDoesNotParse) {
  const Model model = lower(
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: 1\n  broken: [\n  y: 2\n---\napiVersion: "
      "v1\nkind: Secret\n");
  ASSERT_GE(model.resources.size(), 1U);
  EXPECT_FALSE(model.gaps.empty());
  EXPECT_EQ(model.resources.back().type, "Secret");
}

TEST(Kubernetes, ReadsRolesAsPermissionsWithTheirPower) {
  const auto power = [](std::string_view rule) {
    const Model model =
        lower("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules:\n- " +
              std::string(rule) + "\n");
    return at(model.resources.at(0), "power");
  };
  EXPECT_EQ(power("{apiGroups: [\"*\"], resources: [\"*\"], verbs: [\"*\"]}"), "\"everything\"");
  EXPECT_EQ(power("{apiGroups: [\"\"], resources: [secrets], verbs: [get]}"), "\"escalates\"");
  EXPECT_EQ(power("{apiGroups: [\"\"], resources: [secrets], resourceNames: [one], verbs: [get]}"), "\"writes\"");
  EXPECT_EQ(power("{apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [update]}"), "\"steers\"");
  EXPECT_EQ(power("{apiGroups: [apps], resources: [deployments], verbs: [patch]}"), "\"writes\"");
  EXPECT_EQ(power("{apiGroups: [apps], resources: [deployments], verbs: [get, list]}"), "\"reads\"");
}

TEST(Kubernetes, HandsScriptsToTheShellWithTheirPlaces) {
  const std::string text =
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: prune}\nspec:\n  jobTemplate:\n    spec:\n      "
      "template:\n        spec:\n"
      "          containers:\n          - name: main\n            command: [sh, -c]\n            args:\n            - "
      "|\n"
      "              set -e\n              rm -rf /srv/data\n";
  const Model model = lower(text);
  const auto found = std::find_if(model.operations.begin(), model.operations.end(),
                                  [](const Operation& x) { return x.program == "rm"; });
  ASSERT_NE(found, model.operations.end());
  EXPECT_EQ(text.substr(found->region.bytes.begin, 6), "rm -rf");
  ASSERT_TRUE(found->procedure.valid());
  EXPECT_EQ(model.procedures[found->procedure.value].trigger, Trigger::Schedule);
}

TEST(Kubernetes, RefersToWhatItUses) {
  const Model model = lower(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: "
      "{b: y, a: x}}\n"
      "  template:\n    spec:\n      serviceAccountName: runner\n      volumes:\n      - name: v\n        "
      "persistentVolumeClaim: {claimName: data}\n"
      "      - name: c\n        configMap: {name: settings}\n");
  std::vector<std::string> targets;
  for (const Reference& reference : model.resources.at(0).references) targets.push_back(reference.target);
  std::sort(targets.begin(), targets.end());
  EXPECT_EQ(targets, (std::vector<std::string>{"ConfigMap/shop/settings", "PersistentVolumeClaim/shop/data",
                                               "ServiceAccount/shop/runner", "labels:a=x,b=y"}));
}

TEST(Mask, KeepsLengthAndFindsDirectives) {
  const kubernetes::Masked masked = kubernetes::mask("a: {{ .x }}\n{{- /* }} */ -}}\nb: \"{{ \"}}\" }}\"\n");
  EXPECT_EQ(masked.text.size(), std::string_view("a: {{ .x }}\n{{- /* }} */ -}}\nb: \"{{ \"}}\" }}\"\n").size());
  ASSERT_EQ(masked.directives.size(), 3U);
  EXPECT_EQ(masked.directives[1].kind, kubernetes::DirectiveKind::Silent);
  EXPECT_TRUE(masked.directives[1].alone);
  EXPECT_EQ(masked.text.find('{'), std::string::npos);
}

TEST(Mask, DirectivesAtTheHeadOfABlockScalarDoNotIndentIt) {
  const Model model = lower_template(
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  config: |\n    {{- if .Values.on }}\n      {{- "
      "with .Values.id }}\n"
      "    id: {{ . }}\n      {{- end }}\n    {{- end }}\n    last: 1\n");
  EXPECT_TRUE(model.gaps.empty());
  ASSERT_EQ(model.resources.size(), 1U);
  EXPECT_EQ(at(model.resources[0], "data.config"),
            "id: {{ . }}\nlast: 1 {{ if .Values.on }}{{ with .Values.id }}{{ end }}{{ end }}");
}

}  // namespace
}  // namespace redtag
