// `.terraform.lock.hcl`: which version of each provider was picked, written by `init` and kept beside the configuration.
#pragma once

#include <string_view>

#include "lower/frontend.h"

namespace redtag::terraform {

[[nodiscard]] bool is_lock_file(std::string_view path);

/// Declares the file itself, as a setting of type `lock_file`: a lock that is deleted is more than a provider that is no longer used.
/// Like all that a tool wrote (`by_tool`), it does not make a root of its directory.
void declare_lock_file(const SourceFileView& file, Model& model);

}  // namespace redtag::terraform
