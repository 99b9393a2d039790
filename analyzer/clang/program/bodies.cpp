#include "clang/program/bodies.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Basic/SourceManager.h>

#include <algorithm>

namespace redtag::flow {

std::string chosen_by(const clang::FunctionDecl& function) {
  if (llvm::isa<clang::CXXConstructorDecl>(function) || llvm::isa<clang::CXXDestructorDecl>(function))
    return llvm::cast<clang::CXXMethodDecl>(function).getParent()->getNameAsString();
  return function.getNameAsString();
}

bool BodyConsumer::shouldSkipFunctionBody(clang::Decl* declaration) {
  const clang::FunctionDecl* function = declaration->getAsFunction();
  if (function == nullptr) return false;
  const clang::SourceManager& sources = declaration->getASTContext().getSourceManager();
  const auto [file, offset] = sources.getDecomposedExpansionLoc(function->getLocation());
  if (file == sources.getMainFileID()) {
    const bool asked = std::any_of(choice_.asked.begin(), choice_.asked.end(),
                                   [at = offset](ByteRange bytes) { return bytes.begin <= at && at < bytes.end; });
    if (asked) return false;
  }
  return !choice_.names.contains(chosen_by(*function));
}

}  // namespace redtag::flow
