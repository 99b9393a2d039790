// Variables of groups, hosts and roles: those that decide who may come in, what is kept and where things are found.
#pragma once

#include <string_view>

#include "document/document.h"
#include "lower/frontend.h"

namespace redtag::ansible {

/// The value of a node: lists are sets, mappings sets of `name=value`; what an expression decides is unknown.
[[nodiscard]] Value value_of(const SourceFileView& file, const document::Node& node);

/// Adds a variable. One whose name the fact rows know (`ansible variable`) is a resource of type `CLASS variable`, any other a setting.
void add_variable(std::string_view name, Value&& value, Region whole, Region header, const SourceFileView& file,
                  const LoweringView& view, Model& model);

/// Variables at the top of a file of variables.
void read_variables(const document::Node& root, const SourceFileView& file, const LoweringView& view, Model& model);

/// Variables that a play, a role in it or an inclusion is given, as settings of what stands at `holder` (an address).
void read_given(const document::Node* variables, std::string_view holder, const SourceFileView& file,
                const LoweringView& view, Model& model);

/// Files that only name values: unread, they destroy nothing by themselves.
[[nodiscard]] bool holds_variables(std::string_view path);

}  // namespace redtag::ansible
