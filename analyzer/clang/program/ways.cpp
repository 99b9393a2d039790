#include "clang/program/ways.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/AST/StmtCXX.h>
#include <clang/Analysis/CFG.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Lex/Lexer.h>
#include <llvm/Support/CrashRecoveryContext.h>

#include <algorithm>
#include <map>

#include "clang/program/bodies.h"

namespace redtag::flow {

namespace {

constexpr std::size_t most_functions = 20'000;
constexpr unsigned most_blocks = 20'000;      // of one function
constexpr std::size_t most_events = 400'000;  // of one translation unit
constexpr std::size_t most_words = 128;       // of one summary

/// Qualified, without template arguments, inline or unnamed namespaces.
std::string qualified(const clang::NamedDecl& declaration) {
  std::string name = declaration.getNameAsString();
  for (const clang::DeclContext* scope = declaration.getDeclContext(); scope != nullptr; scope = scope->getParent()) {
    const auto* named = llvm::dyn_cast<clang::NamedDecl>(scope);
    if (named == nullptr || llvm::isa<clang::FunctionDecl>(named)) continue;
    const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(named);
    if (space != nullptr && (space->isAnonymousNamespace() || space->isInline())) continue;
    if (const std::string part = named->getNameAsString(); !part.empty()) name = part + "::" + name;
  }
  return name;
}

/// What a call of an object calls: the variable, or the member of a stand-in. Empty where it has no name.
std::string called_object(const clang::CXXOperatorCallExpr& call) {
  const clang::Expr* object = call.getArg(0)->IgnoreParenImpCasts();
  if (const auto* use = llvm::dyn_cast<clang::DeclRefExpr>(object)) return qualified(*use->getDecl());
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(object)) {
    const clang::NamedDecl& declaration = *member->getMemberDecl();
    // What every stand-in has says nothing of whose it is.
    const auto* owner = llvm::dyn_cast<clang::CXXRecordDecl>(declaration.getDeclContext());
    const bool any = owner != nullptr && owner->getIdentifier() != nullptr && owner->getName() == "redtag_any";
    return any ? declaration.getNameAsString() : qualified(declaration);
  }
  return {};
}

/// The last part of the name of what a template calls that is decided where it is instantiated. Empty where it has none.
std::string written_name(const clang::CallExpr& call) {
  const clang::Expr* written = call.getCallee()->IgnoreParenImpCasts();
  if (const auto* member = llvm::dyn_cast<clang::CXXDependentScopeMemberExpr>(written))
    return member->getMember().getAsString();
  const auto* lookup = llvm::dyn_cast<clang::OverloadExpr>(written);
  return lookup == nullptr ? std::string() : lookup->getName().getAsString();
}

/// Bytes of the file that a function stands in. What a macro wrote is where the macro is used.
class Places {
 public:
  Places(const clang::SourceManager& sources, const clang::LangOptions& language, clang::FileID file)
      : sources_(sources), language_(language), file_(file) {}

  [[nodiscard]] ByteRange of(clang::SourceRange range) const {
    if (range.isInvalid()) return {};
    const clang::CharSourceRange whole = sources_.getExpansionRange(range);
    const auto [begin_file, begin] = sources_.getDecomposedLoc(whole.getBegin());
    const auto [end_file, end] = sources_.getDecomposedLoc(whole.getEnd());
    if (begin_file != file_ || end_file != file_ || end < begin) return {};
    const unsigned last =
        whole.isTokenRange() ? clang::Lexer::MeasureTokenLength(whole.getEnd(), sources_, language_) : 0;
    return {begin, end + last};
  }

 private:
  const clang::SourceManager& sources_;
  const clang::LangOptions& language_;
  clang::FileID file_;
};

class FunctionReader {
 public:
  FunctionReader(clang::ASTContext& context, const Places& places, std::size_t& events)
      : context_(context), places_(places), events_(events) {}

  bool read(const clang::FunctionDecl& declaration, Function& function) {
    clang::CFG::BuildOptions options;
    options.AddImplicitDtors = true;
    options.AddEHEdges = true;
    options.PruneTriviallyFalseEdges = true;
    options.setAllAlwaysAdd();
    const std::unique_ptr<clang::CFG> graph = graph_of(declaration, options);
    if (graph == nullptr || graph->getNumBlockIDs() > most_blocks) return false;
    count_ = graph->getNumBlockIDs();
    function.blocks.resize(count_);
    function.exit = number(graph->getExit());
    for (const clang::CFGBlock* block : *graph) {
      if (block != nullptr) read_block(*block, function.blocks[number(*block)]);
    }
    return events_ <= most_events;
  }

 private:
  /// What does not compile may have forms that nobody foresaw. A crash of Clang costs the function, not the file.
  std::unique_ptr<clang::CFG> graph_of(const clang::FunctionDecl& declaration,
                                       const clang::CFG::BuildOptions& options) {
    // The graph of a constructor or destructor asks for the bases of its class: there are none where a class of that name was not
    // defined, which is how one looks whose definition was refused.
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&declaration);
    const bool incomplete = method != nullptr && !method->getParent()->hasDefinition();
    std::unique_ptr<clang::CFG> graph;
    llvm::CrashRecoveryContext guard;
    const bool whole = guard.RunSafely([&] {
      graph = clang::CFG::buildCFG(incomplete ? nullptr : &declaration, declaration.getBody(), &context_, options);
    });
    return whole ? std::move(graph) : nullptr;
  }

  /// Clang numbers from the exit, which is 0; the entry has the highest.
  [[nodiscard]] std::uint32_t number(const clang::CFGBlock& block) const { return count_ - 1 - block.getBlockID(); }

  void read_block(const clang::CFGBlock& block, Block& out) {
    for (const clang::CFGElement& element : block) {
      if (const auto statement = element.getAs<clang::CFGStmt>()) read_statement(*statement->getStmt(), out);
      if (const auto end = element.getAs<clang::CFGAutomaticObjDtor>()) {
        const clang::VarDecl* variable = end->getVarDecl();
        if (variable != nullptr)
          add(out, EventKind::Destroy, variable->getSourceRange(), variable->getNameAsString(), type_of(*variable));
      }
    }
    for (const clang::CFGBlock::AdjacentBlock& next : block.succs()) {
      out.next.push_back(next.getReachableBlock() == nullptr ? no_block : number(*next.getReachableBlock()));
    }
    // Any call may throw, and where nobody catches it the function just ends: no way that anything could be asked of.
    const bool calls = block.getTerminatorStmt() != nullptr && llvm::isa<clang::CallExpr>(block.getTerminatorStmt());
    if (calls || block.getTerminatorStmt() == nullptr) {
      while (out.next.size() > 1 && out.next.back() == count_ - 1) out.next.pop_back();
    }
    const bool decides = out.next.size() > 1 && block.getTerminatorStmt() != nullptr &&
                         !llvm::isa<clang::CXXTryStmt>(block.getTerminatorStmt()) &&
                         !llvm::isa<clang::CallExpr>(block.getTerminatorStmt());
    if (!decides) return;
    if (const auto* loop = llvm::dyn_cast<clang::CXXForRangeStmt>(block.getTerminatorStmt())) {
      out.condition =
          places_.of(loop->getRangeInit() == nullptr ? loop->getSourceRange() : loop->getRangeInit()->getSourceRange());
    } else if (const clang::Expr* condition = block.getLastCondition()) {
      out.condition = places_.of(condition->getSourceRange());
    } else if (const clang::Stmt* whole = block.getTerminatorCondition()) {
      out.condition = places_.of(whole->getSourceRange());
    }
  }

  void add(Block& out, EventKind kind, clang::SourceRange range, std::string name = {}, std::string type = {}) {
    if (++events_ > most_events) return;
    out.events.push_back({kind, places_.of(range), std::move(name), std::move(type)});
  }

  static std::string type_of(const clang::VarDecl& variable) {
    const clang::QualType type = variable.getType().getNonReferenceType();
    if (const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl()) return qualified(*record);
    if (const auto* instance = type->getAs<clang::TemplateSpecializationType>()) {
      if (const clang::TemplateDecl* made_from = instance->getTemplateName().getAsTemplateDecl())
        return qualified(*made_from);
    }
    return type.isNull() || type->isDependentType() ? std::string() : type.getUnqualifiedType().getAsString();
  }

  void read_statement(const clang::Stmt& statement, Block& out) {
    if (const auto* declares = llvm::dyn_cast<clang::DeclStmt>(&statement)) return read_locals(*declares, out);
    if (const auto* ends = llvm::dyn_cast<clang::ReturnStmt>(&statement)) {
      const clang::Expr* value = ends->getRetValue();
      return add(out, EventKind::Return, value == nullptr ? ends->getSourceRange() : value->getSourceRange());
    }
    if (llvm::isa<clang::CXXThrowExpr>(statement)) return add(out, EventKind::Throw, statement.getSourceRange());
    if (const auto* assigns = llvm::dyn_cast<clang::BinaryOperator>(&statement)) {
      if (assigns->isAssignmentOp())
        add(out, EventKind::Store, assigns->getRHS()->getSourceRange(), name_of(*assigns->getLHS()));
      return;
    }
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(&statement)) return read_call(*call, out);
    if (llvm::isa<clang::RecoveryExpr>(statement) || llvm::isa<clang::CXXUnresolvedConstructExpr>(statement)) {
      return add(out, EventKind::Call, statement.getSourceRange());
    }
    if (llvm::isa<clang::CXXDeleteExpr>(statement)) add(out, EventKind::Call, statement.getSourceRange(), "delete");
  }

  void read_locals(const clang::DeclStmt& declares, Block& out) {
    for (const clang::Decl* declaration : declares.decls()) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
      if (variable == nullptr) continue;
      add(out, EventKind::Local, variable->getSourceRange(), variable->getNameAsString(), type_of(*variable));
      if (variable->getInit() != nullptr) {
        add(out, EventKind::Store, variable->getInit()->getSourceRange(), variable->getNameAsString());
      }
    }
  }

  static std::string name_of(const clang::Expr& expression) {
    const clang::Expr* plain = expression.IgnoreParenImpCasts();
    if (const auto* use = llvm::dyn_cast<clang::DeclRefExpr>(plain)) return use->getDecl()->getNameAsString();
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(plain))
      return member->getMemberDecl()->getNameAsString();
    if (const auto* member = llvm::dyn_cast<clang::CXXDependentScopeMemberExpr>(plain))
      return member->getMember().getAsString();
    return {};
  }

  void read_call(const clang::CallExpr& call, Block& out) {
    if (const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call)) {
      if (operation->isAssignmentOp() && operation->getNumArgs() == 2) {
        return add(out, EventKind::Store, operation->getArg(1)->getSourceRange(), name_of(*operation->getArg(0)));
      }
      if (operation->getOperator() != clang::OO_Call) return;
      // A call of a stand-in is a call of what it stands for; of a lambda, one of the variable that holds it.
      return add(out, EventKind::Call, call.getSourceRange(), called_object(*operation));
    }
    const auto* callee = llvm::dyn_cast_or_null<clang::NamedDecl>(call.getCalleeDecl());
    add(out, EventKind::Call, call.getSourceRange(), callee == nullptr ? written_name(call) : qualified(*callee));
  }

  clang::ASTContext& context_;
  const Places& places_;
  std::size_t& events_;
  std::uint32_t count_ = 0;
};

/// The names of what a body calls, and the texts in it.
class Summarist : public clang::RecursiveASTVisitor<Summarist> {
 public:
  bool VisitCallExpr(clang::CallExpr* call) {
    if (const auto* operation = llvm::dyn_cast<clang::CXXOperatorCallExpr>(call)) {
      return operation->getOperator() != clang::OO_Call || add(called_object(*operation));
    }
    const auto* callee = llvm::dyn_cast_or_null<clang::NamedDecl>(call->getCalleeDecl());
    return add(callee != nullptr ? qualified(*callee) : written_name(*call));
  }
  bool VisitStringLiteral(clang::StringLiteral* literal) {
    return literal->getCharByteWidth() != 1 || add(literal->getString().substr(0, 80).str());
  }

  std::vector<std::string> words;

 private:
  bool add(std::string word) {
    if (!word.empty()) words.push_back(std::move(word));
    return words.size() < most_words;
  }
};

class Visitor : public clang::RecursiveASTVisitor<Visitor> {
 public:
  Visitor(clang::ASTContext& context, const std::set<std::string>& wanted) : context_(context), wanted_(wanted) {}

  bool VisitFunctionDecl(clang::FunctionDecl* declaration) {
    if (declaration->hasSkippedBody()) ++passed_over_[chosen_by(*declaration)];
    if (!declaration->doesThisDeclarationHaveABody() || declaration->isImplicit() || declaration->isDefaulted())
      return true;
    summarise(*declaration);
    const clang::SourceManager& sources = context_.getSourceManager();
    const auto [file, offset] = sources.getDecomposedExpansionLoc(declaration->getLocation());
    const clang::OptionalFileEntryRef entry = sources.getFileEntryRefForID(file);
    if (!entry) return true;
    std::string path = entry->getName().str();
    if (path.starts_with("/")) path.erase(0, 1);
    if (!wanted_.contains(path)) return true;
    const Places places(sources, context_.getLangOpts(), file);
    Function function;
    function.path = std::move(path);
    function.symbol = qualified(*declaration);
    function.header = {offset, offset + static_cast<unsigned>(declaration->getNameAsString().size())};
    function.bytes = places.of(declaration->getSourceRange());
    if (FunctionReader(context_, places, events_).read(*declaration, function))
      functions.push_back(std::move(function));
    return functions.size() < most_functions && events_ <= most_events;
  }

  /// What was passed over of all that was read calls, and of the objects that it destroys.
  [[nodiscard]] std::vector<std::string> missing() const {
    std::set<std::string> names;
    const auto ask = [&](const std::string& name) {
      const std::size_t colon = name.rfind("::");
      std::string last = colon == std::string::npos ? name : name.substr(colon + 2);
      // Which of many is meant is not known, and to read them all takes longer than it is worth.
      const auto passed = passed_over_.find(last);
      if (passed != passed_over_.end() && passed->second <= most_of_one_name) names.insert(std::move(last));
    };
    for (const Summary& summary : summaries) std::for_each(summary.words.begin(), summary.words.end(), ask);
    for (const Function& function : functions) {
      for (const Block& block : function.blocks) {
        for (const Event& event : block.events) ask(event.kind == EventKind::Call ? event.name : event.type);
      }
    }
    return {names.begin(), names.end()};
  }

  std::vector<Function> functions;
  std::vector<Summary> summaries;

 private:
  void summarise(const clang::FunctionDecl& declaration) {
    if (summaries.size() >= most_functions) return;
    Summarist summarist;
    summarist.TraverseStmt(declaration.getBody());
    if (summarist.words.empty()) return;
    summaries.push_back({qualified(declaration), std::move(summarist.words)});
  }

  clang::ASTContext& context_;
  const std::set<std::string>& wanted_;
  static constexpr int most_of_one_name = 4;
  std::map<std::string, int> passed_over_;
  std::size_t events_ = 0;
};

}  // namespace

std::vector<std::string> read_functions(clang::ASTContext& context, const std::set<std::string>& wanted, Unit& unit) {
  Visitor visitor(context, wanted);
  visitor.TraverseDecl(context.getTranslationUnitDecl());
  std::vector<std::string> missing = visitor.missing();
  unit.functions = std::move(visitor.functions);
  unit.summaries = std::move(visitor.summaries);
  return missing;
}

}  // namespace redtag::flow
