// The closed vocabulary of checks for people and for editors.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "check/compile/vocabulary.h"
#include "cli/phases.h"
#include "finding/finding.h"

namespace redtag::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr SubjectKind subjects[] = {SubjectKind::Resource, SubjectKind::Attribute, SubjectKind::Operation,
                                    SubjectKind::Safeguard, SubjectKind::Procedure};

std::string shown_names(FieldKind kind) {
  std::string out;
  for (const std::string_view name : names_of(kind)) out += fmt::format("{}`{}`", out.empty() ? "" : ", ", name);
  return out;
}

std::string kind_words(FieldKind kind) {
  switch (kind) {
    case FieldKind::Text: return "text";
    case FieldKind::Type: return "text; `in: fact`";
    case FieldKind::Value: return "value";
    case FieldKind::Attributes: return "mapping from paths to tests of values";
    case FieldKind::Flag: return "`true` or `false`";
    case FieldKind::Factor: return "`true` or a number of times";
    case FieldKind::Shown: return "messages only";
    default: return shown_names(kind);
  }
}

Json reference(std::string_view name) { return {{"$ref", fmt::format("#/$defs/{}", name)}}; }
Json list_of(const Json& items) { return {{"type", "array"}, {"items", items}, {"minItems", 1}}; }
Json either(const Json& a, const Json& b) { return {{"anyOf", Json::array({a, b})}}; }
Json closed_object(const Json& properties) {
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}, {"minProperties", 1}};
}

Json enumeration(std::span<const std::string_view> names) {
  Json values = Json::array();
  for (const std::string_view name : names) values.push_back(name);
  return {{"enum", values}};
}

/// What stands behind a field's name.
Json test_schema(FieldKind kind) {
  if (kind == FieldKind::Flag) return {{"type", "boolean"}};
  if (kind == FieldKind::Factor) return either({{"const", true}}, {{"type", "number"}, {"exclusiveMinimum", 1}});
  if (kind == FieldKind::Attributes)
    return {{"type", "object"}, {"additionalProperties", reference("value")}, {"minProperties", 1}};
  if (kind == FieldKind::Type) return reference("type");
  if (kind == FieldKind::Text || kind == FieldKind::Value) return reference("value");
  const Json one = enumeration(names_of(kind));
  const Json some = either(one, list_of(one));
  return {{"anyOf",
           Json::array({one, list_of(one), closed_object({{"is", one}, {"in", list_of(one)}, {"unless", some}})})}};
}

Json value_tests(std::string_view name) {
  const Json scalar = {{"type", Json::array({"string", "number", "boolean"})}};
  const Json in =
      name == "type"
          ? either(list_of(scalar), {{"type", "string"}, {"description", "an effect or a class of the fact tables"}})
          : list_of(scalar);
  const Json yes = {{"const", true}};
  return {{"anyOf", Json::array({scalar, list_of(scalar),
                                 closed_object({{"is", scalar},
                                                {"in", in},
                                                {"glob", either({{"type", "string"}}, list_of({{"type", "string"}}))},
                                                {"present", yes},
                                                {"absent", yes},
                                                {"unless", reference(name)},
                                                {"all", list_of(reference(name))},
                                                {"any", list_of(reference(name))}})})}};
}

Json trait_schema() {
  Json names = Json::array();
#define REDTAG_TRAIT(enumerator, name, sentence) names.push_back(name);
#include "trait/trait.def"
#undef REDTAG_TRAIT
  const Json one = {{"enum", names}};
  return either(one, list_of(one));
}

/// A mapping of `fields`, groups and traits; or a list of such.
Json condition_schema(std::string_view name, Json fields) {
  fields["trait"] = reference("trait");
  fields["all"] = list_of(reference(name));
  fields["any"] = list_of(reference(name));
  fields["unless"] = reference(name);
  const Json mapping = closed_object(fields);
  return either(mapping, list_of(mapping));
}

Json subject_schema(SubjectKind subject) {
  Json properties = Json::object();
  for (const FieldInfo& info : fields()) {
    if (info.subject != subject || info.kind == FieldKind::Shown) continue;
    Json schema = test_schema(info.kind);
    schema["description"] = info.sentence;
    properties[std::string(info.name)] = std::move(schema);
  }
  if (subject == SubjectKind::Attribute) properties["resource"] = reference("resource");
  if (subject == SubjectKind::Operation) properties["procedure"] = reference("procedure");
  return condition_schema(subject_name(subject), std::move(properties));
}

Json definitions() {
  Json all = Json::object();
  Json outer = Json::object();
  for (const SubjectKind subject : subjects) {
    all[std::string(subject_name(subject))] = subject_schema(subject);
    outer[std::string(subject_name(subject))] = reference(subject_name(subject));
  }
  all["condition"] = condition_schema("condition", outer);
  all["trait"] = trait_schema();
  all["value"] = value_tests("value");
  all["type"] = value_tests("type");
  const Json word = {{"enum", Json::array({"critical", "high", "medium", "low"})}};
  const Json by_class = {
      {"type", "object"},
      {"properties", {{"by", {{"const", "class"}}}, {"table", {{"const", "severity"}}}, {"default", word}}},
      {"required", Json::array({"by", "table"})},
      {"additionalProperties", false}};
  all["severity"] = either(word, by_class);
  return all;
}

Json report_schema() {
  const Json sentence = {
      {"type", "string"}, {"minLength", 1}, {"description", "a sentence; {subject.field} puts in a field"}};
  Json places = Json::array({"resource.header", "resource.cause", "resource.because", "resource", "attribute",
                             "operation", "safeguard", "procedure", "procedure.reverse"});
  return {{"type", "object"},
          {"properties",
           {{"at", {{"enum", places}}},
            {"says", sentence},
            {"because", sentence},
            {"instead", sentence},
            {"fix", {{"enum", fix_names()}, {"description", "the edit that silences the finding"}}}}},
          {"required", Json::array({"at", "says", "because", "instead"})},
          {"additionalProperties", false}};
}

Json severity_schema() {
  const Json alternative = {
      {"type", "object"},
      {"properties", {{"if", reference("condition")}, {"is", reference("severity")}, {"else", reference("severity")}}},
      {"additionalProperties", false}};
  return either(reference("severity"), list_of(alternative));
}

}  // namespace

std::string print_fields() {
  std::string out;
  for (const SubjectKind subject : subjects) {
    out += fmt::format("{}**{}**\n\n| field | takes | what it says |\n|---|---|---|\n", out.empty() ? "" : "\n",
                       subject_name(subject));
    for (const FieldInfo& info : fields()) {
      if (info.subject == subject)
        out += fmt::format("| `{}` | {} | {} |\n", info.name, kind_words(info.kind), info.sentence);
    }
  }
  return out;
}

std::string print_trait_list() {
  std::string out;
#define REDTAG_TRAIT(enumerator, name, sentence) out += fmt::format("{}: {}\n", name, sentence);
#include "trait/trait.def"
#undef REDTAG_TRAIT
  return out;
}

std::string check_schema() {
  Json actions = Json::array({"destroy", "replace", "interrupt", "detach", "reconfigure", "unguard"});
  Json schema = {
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"title", "A check of redtag"},
      {"type", "object"},
      {"properties",
       {{"title", {{"type", "string"}, {"description", "one line for listings"}}},
        {"stacks", list_of(enumeration(names_of(FieldKind::Stack).subspan(1)))},
        {"severity", severity_schema()},
        {"action", {{"enum", actions}, {"description", "the blast vector's term for what happens"}}},
        {"since", {{"type", "string"}, {"description", "version of redtag that has it first"}}},
        {"supersedes",
         {{"type", "array"},
          {"items", {{"type", "string"}}},
          {"description", "checks with nothing to add to this one on the same entity"}}},
        {"fold",
         {{"type", "integer"},
          {"minimum", 2},
          {"maximum", 1000},
          {"description", "more findings of one scope on the same values than this are one that names the others"}}},
        {"match", reference("condition")},
        {"unless", reference("condition")},
        {"report", report_schema()}}},
      {"required", Json::array({"title", "stacks", "severity", "action", "since", "match", "report"})},
      {"additionalProperties", false},
      {"$defs", definitions()}};
  return schema.dump(2) + "\n";
}

}  // namespace redtag::cli
