// One object of the API: what it is called, what it declares, and what it refers to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lower/frontend.h"
#include "lower/kubernetes/documents.h"
#include "lower/kubernetes/repeats.h"
#include "lower/kubernetes/value.h"

namespace redtag::kubernetes {

/// What an object's addresses are relative to.
struct ObjectScope {
  std::string scope;    ///< directory, or chart
  std::string overlay;  ///< overlay or cluster that the path names; empty for none
};

/// The scope of a file's objects, from the words of its path.
[[nodiscard]] ObjectScope scope_of(std::string_view path);

/// `apps/StatefulSet`, `Namespace`; older groups of a kind by the name of the one that took them over.
[[nodiscard]] std::string type_of(std::string_view api_version, std::string_view kind, const FactTables& facts);

/// What a type's rows speak of as a whole: policies and rule lists are one thing to a reviewer.
[[nodiscard]] IsWhole wholes_of(std::string_view stack, std::string_view type, const FactTables& facts);

/// A document that says an apiVersion and a kind.
[[nodiscard]] bool is_object(const document::Node& root);

/// Lowers a document: an object, or each of a List. What is no object is left alone.
void lower_objects(const ReadDocument& document, const SourceFileView& file, const NodePlace& place,
                   const ObjectScope& scope, const LoweringView& view, Model& model);

/// Adds the attribute `installs: machinery` to what installs a chart that the whole cluster works through (fact rows of type `chart`).
void note_machinery(Resource& release, std::string_view chart, const FactTables& facts);

/// Reports keys that stand twice in a document as entities of their own.
void note_repeats(const std::vector<RepeatedKey>& repeats, const SourceFileView& file, const NodePlace& place,
                  Model& model);

}  // namespace redtag::kubernetes
