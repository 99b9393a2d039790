// What a template prints with given values, and where each byte of it came from.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lower/helm/render.h"

namespace redtag::helm {
namespace {

Printed print_with(std::string_view text, std::string_view values) {
  const Expected<document::Node> root = document::parse_yaml(values, "values");
  EXPECT_TRUE(root);
  const std::array<const document::Node*, 1> layers{&*root};
  return print_template(text, layers);
}

std::string printed(std::string_view text, std::string_view values) { return print_with(text, values).text; }

TEST(HelmPrint, PrintsALoopForEachElement) {
  EXPECT_EQ(printed("{{- range .Values.a }}\n- {{ .n | quote }}\n{{- end }}\n", "a: [{n: x}, {n: y}]"),
            "\n- \"x\"\n- \"y\"\n");
}

TEST(HelmPrint, GivesAMappingsKeysAndValues) {
  EXPECT_EQ(printed("{{ range $k, $v := .Values.a }}{{ $k }}={{ $v.n }};{{ end }}", "a: {two: {n: 2}, one: {n: 1}}"),
            "one=1;two=2;");
}

TEST(HelmPrint, TakesTheBranchThatHolds) {
  const std::string_view text = "{{ if eq .Values.mode \"fail\" }}f{{ else if .Values.soft }}s{{ else }}n{{ end }}";
  EXPECT_EQ(printed(text, "mode: fail"), "f");
  EXPECT_EQ(printed(text, "{mode: x, soft: true}"), "s");
  EXPECT_EQ(printed(text, "mode: x"), "n");
}

TEST(HelmPrint, LeavesOutWhatAListExcludes) {
  const std::string_view text = "{{ range .Values.all }}{{ if not (has .n $.Values.no) }}{{ .n }};{{ end }}{{ end }}";
  EXPECT_EQ(printed(text, "{all: [{n: a}, {n: b}], no: [a]}"), "b;");
  EXPECT_EQ(printed(text, "{all: [{n: a}, {n: b}], no: []}"), "a;b;");
}

TEST(HelmPrint, KeepsDirectivesThatItDoesNotUnderstand) {
  EXPECT_EQ(printed("a: {{ include \"x\" . }}\n", "a: 1"), "a: {{ include \"x\" . }}\n");
  EXPECT_EQ(printed("{{- if .Capabilities.x }}\na: {{ .Values.a }}\n{{- end }}\n", "a: 1"),
            "{{- if .Capabilities.x }}\na: 1\n{{- end }}\n");
}

TEST(HelmPrint, PrintsMappingsAsLinesAndAsJson) {
  EXPECT_EQ(printed("a:\n  {{- toYaml .Values.a | nindent 2 }}\n", "a: {x: \"1\", y: [1, two]}"),
            "a:\n  \"x\": \"1\"\n  \"y\": [1, \"two\"]\n");
  EXPECT_EQ(printed("a: {{ toJson .Values.a }}\n", "a: {x: 1}"), "a: {\"x\": 1}\n");
}

TEST(HelmPrint, LaysAnEnvironmentOverTheChart) {
  const auto first = document::parse_yaml("{w: {policy: Fail, spared: []}}", "live");
  const auto second = document::parse_yaml("{w: {policy: Ignore, spared: [kube-system], port: 443}}", "own");
  ASSERT_TRUE(first && second);
  const std::array<const document::Node*, 2> layers{&*first, &*second};
  const std::string_view text =
      "{{ .Values.w.policy }} {{ .Values.w.port }}{{ with .Values.w.spared }} {{ toJson . }}{{ end }}";
  EXPECT_EQ(print_template(text, layers).text, "Fail 443");
}

TEST(HelmPrint, KnowsWhereEachByteCameFrom) {
  const std::string_view text = "{{ range .Values.a }}n: {{ .n }}\n{{ end }}", values = "a:\n  - n: web\n";
  const Printed printed = print_with(text, values);
  const Segment* name = printed.at(static_cast<std::uint32_t>(printed.text.find("web")));
  ASSERT_NE(name, nullptr);
  EXPECT_EQ(name->layer, 1U);
  EXPECT_EQ(values.substr(name->source.begin, name->source.size()), "web");
  EXPECT_EQ(name->element, 1U);
  const Segment* key = printed.at(0);
  EXPECT_EQ(key->layer, 0U);
  EXPECT_EQ(text.substr(key->source.begin, 3), "n: ");
}

TEST(HelmPrint, SaysWhenALimitCutItShort) {
  std::string nested;
  for (int i = 0; i < 40; ++i) nested += "{{ if .Values.a }}";
  EXPECT_FALSE(print_with(nested, "a: 1").complete);
  std::string loops = "{{ range .Values.a }}", values = "a: [";
  for (int i = 0; i < 300; ++i) values += "x, ";
  EXPECT_FALSE(print_with(loops + "x{{ end }}", values + "x]").complete);
}

}  // namespace
}  // namespace redtag::helm
