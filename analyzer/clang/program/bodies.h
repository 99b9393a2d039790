// Which bodies a parse reads. Bodies are most of a text, and most of them do not matter to what is asked.
#pragma once

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/Decl.h>

#include <set>
#include <string>
#include <vector>

#include "base/region.h"

namespace redtag::flow {

/// Functions that are asked for, and names of those that they call.
struct BodyChoice {
  const std::vector<ByteRange>& asked;  ///< in the main file
  const std::set<std::string>& names;   ///< of functions; of classes, for their constructors and destructors
};

/// The name that a choice knows a function by.
[[nodiscard]] std::string chosen_by(const clang::FunctionDecl& function);

/// Tells the parser which bodies to pass over.
class BodyConsumer : public clang::ASTConsumer {
 public:
  explicit BodyConsumer(BodyChoice choice) : choice_(choice) {}
  bool shouldSkipFunctionBody(clang::Decl* declaration) override;

 private:
  BodyChoice choice_;
};

}  // namespace redtag::flow
