// See RecordLayouts.h.
#include "compile/RecordLayouts.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/RecordLayout.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// The text's own #include directives: what each file is called there.
using Includes = std::map<clang::FileID, std::string>;

/// Records each file that the text itself includes.
class IncludeNames : public clang::PPCallbacks {
public:
  IncludeNames(const clang::SourceManager &Sources, Includes &Names) : Sources(Sources), Names(Names) {}

  void InclusionDirective(clang::SourceLocation Hash, const clang::Token &, StringRef Name, bool IsAngled,
                          clang::CharSourceRange, clang::OptionalFileEntryRef, StringRef, StringRef,
                          const clang::Module *, bool, clang::SrcMgr::CharacteristicKind) override {
    if (Sources.isWrittenInMainFile(Hash))
      Spelled = ((IsAngled ? "<" : "\"") + Name + (IsAngled ? ">" : "\"")).str();
  }

  void LexedFileChanged(clang::FileID File, LexedFileChangeReason Reason, clang::SrcMgr::CharacteristicKind,
                        clang::FileID Previous, clang::SourceLocation) override {
    if (Reason == LexedFileChangeReason::EnterFile && Previous == Sources.getMainFileID())
      Names[File] = Spelled;
  }

private:
  const clang::SourceManager &Sources;
  Includes &Names;
  std::string Spelled; ///< of the directive that was met last
};

/// Walks functions and what they refer to.
class LayoutVisitor : public clang::RecursiveASTVisitor<LayoutVisitor> {
public:
  LayoutVisitor(clang::ASTContext &Context, const Includes &Names) : Context(Context), Names(Names) {}

  void run() {
    const clang::SourceManager &Sources = Context.getSourceManager();
    for (clang::Decl *D : Context.getTranslationUnitDecl()->decls())
      if (auto *Function = dyn_cast<clang::FunctionDecl>(D);
          Function && Function->isThisDeclarationADefinition() &&
          Sources.isWrittenInMainFile(Sources.getExpansionLoc(Function->getLocation())))
        reach(Function);
    while (!Pending.empty())
      TraverseDecl(Pending.pop_back_val());
  }

  RecordLayouts layouts() const {
    RecordLayouts List;
    for (const auto &[Name, Layout] : Found)
      List.push_back(Layout);
    return List;
  }

  bool VisitDeclRefExpr(clang::DeclRefExpr *E) {
    if (auto *Function = dyn_cast<clang::FunctionDecl>(E->getDecl()); Function && Function->hasBody())
      reach(Function->getDefinition());
    else if (auto *Variable = dyn_cast<clang::VarDecl>(E->getDecl());
             Variable && Variable->hasGlobalStorage())
      if (clang::VarDecl *Definition = Variable->getInitializingDeclaration())
        reach(Definition);
    return true;
  }

  bool VisitMemberExpr(clang::MemberExpr *E) {
    // From the member outwards to the record that a pointer or a name stands for.
    SmallVector<const clang::FieldDecl *> Path;
    for (const clang::MemberExpr *Part = E; Part;
         Part = Part->isArrow() ? nullptr : dyn_cast<clang::MemberExpr>(Part->getBase()->IgnoreParens())) {
      auto *Field = dyn_cast<clang::FieldDecl>(Part->getMemberDecl());
      if (!Field)
        return true;
      Path.push_back(Field);
    }
    RecordLayout *Layout = layoutOf(Path.back()->getParent());
    if (!Layout || E->getMemberDecl()->getDeclName().isEmpty())
      return true;
    if (Path.front()->isBitField()) { // C has no offset of it: the size stands for it
      useSizeOf(Path.back()->getParent());
      return true;
    }
    std::string Spelling;
    uint64_t Bits = 0;
    for (const clang::FieldDecl *Field : reverse(Path)) {
      Bits += Context.getFieldOffset(Field);
      if (Field->getDeclName().isEmpty())
        continue;
      if (!Spelling.empty())
        Spelling += '.';
      Spelling += Field->getName();
    }
    Layout->Members[Spelling] = static_cast<uint64_t>(Context.toCharUnitsFromBits(Bits).getQuantity());
    return true;
  }

  bool VisitUnaryExprOrTypeTraitExpr(clang::UnaryExprOrTypeTraitExpr *E) {
    if (E->getKind() == clang::UETT_SizeOf)
      useSizeOf(E->getTypeOfArgument());
    return true;
  }

  // What is copied, passed or kept as a whole.
  bool VisitVarDecl(clang::VarDecl *D) {
    if (D->hasLocalStorage())
      useSizeOf(D->getType());
    return true;
  }

  bool VisitCallExpr(clang::CallExpr *E) {
    useSizeOf(E->getType());
    return true;
  }

  bool VisitImplicitCastExpr(clang::ImplicitCastExpr *E) {
    if (E->getCastKind() == clang::CK_LValueToRValue)
      useSizeOf(E->getType());
    return true;
  }

  bool VisitArraySubscriptExpr(clang::ArraySubscriptExpr *E) {
    useSizeOf(E->getType());
    return true;
  }

  bool VisitBinaryOperator(clang::BinaryOperator *E) {
    if (E->isAdditiveOp() || E->isCompoundAssignmentOp())
      for (const clang::Expr *Side : {E->getLHS(), E->getRHS()})
        useSizeOf(Side->getType()->getPointeeType());
    return true;
  }

  bool VisitUnaryOperator(clang::UnaryOperator *E) {
    if (E->isIncrementDecrementOp())
      useSizeOf(E->getType()->getPointeeType());
    return true;
  }

private:
  void reach(clang::Decl *D) {
    if (Reached.insert(D).second)
      Pending.push_back(D);
  }

  void useSizeOf(const clang::RecordDecl *Record) {
    if (RecordLayout *Layout = layoutOf(Record))
      Layout->Size =
          static_cast<uint64_t>(Context.getASTRecordLayout(Record->getDefinition()).getSize().getQuantity());
  }

  void useSizeOf(clang::QualType Type) {
    if (Type.isNull())
      return;
    if (const auto *Record = Context.getBaseElementType(Type)->getAs<clang::RecordType>())
      useSizeOf(Record->getDecl());
  }

  /// The entry of a record; null for one that is left out.
  RecordLayout *layoutOf(const clang::RecordDecl *Record) {
    Record = Record->getDefinition();
    if (!Record || Record->isInvalidDecl() || Record->getParentFunctionOrMethod())
      return nullptr;
    const clang::SourceManager &Sources = Context.getSourceManager();
    clang::SourceLocation Place = Sources.getExpansionLoc(Record->getLocation());
    if (Place.isInvalid() || Sources.isInSystemHeader(Place))
      return nullptr;
    std::string Name;
    if (const clang::TypedefNameDecl *Typedef = Record->getTypedefNameForAnonDecl())
      Name = Typedef->getName().str();
    else if (Record->getIdentifier())
      Name = (Record->getKindName() + " " + Record->getName()).str();
    else
      return nullptr;
    auto [Entry, IsNew] = Found.try_emplace(Name);
    if (IsNew)
      Entry->second = {Name, includeOf(Sources.getFileID(Place)), std::nullopt, {}};
    return &Entry->second;
  }

  /// The text's own include that brings a file in.
  std::string includeOf(clang::FileID File) const {
    const clang::SourceManager &Sources = Context.getSourceManager();
    while (File.isValid() && !Names.count(File))
      File = Sources.getFileID(Sources.getIncludeLoc(File));
    return File.isValid() ? Names.at(File) : "";
  }

  clang::ASTContext &Context;
  const Includes &Names;
  std::map<std::string, RecordLayout> Found;
  SmallPtrSet<clang::Decl *, 32> Reached;
  SmallVector<clang::Decl *> Pending;
};

class LayoutConsumer : public clang::ASTConsumer {
public:
  LayoutConsumer(clang::CompilerInstance &Instance, RecordLayouts &Layouts) : Layouts(Layouts) {
    Instance.getPreprocessor().addPPCallbacks(
        std::make_unique<IncludeNames>(Instance.getSourceManager(), Names));
  }

  void HandleTranslationUnit(clang::ASTContext &Context) override {
    if (Context.getDiagnostics().hasErrorOccurred())
      return;
    LayoutVisitor Visitor(Context, Names);
    Visitor.run();
    Layouts = Visitor.layouts();
  }

private:
  RecordLayouts &Layouts;
  Includes Names;
};

} // namespace

std::unique_ptr<clang::ASTConsumer> makeLayoutConsumer(clang::CompilerInstance &Instance,
                                                       RecordLayouts &Layouts) {
  return std::make_unique<LayoutConsumer>(Instance, Layouts);
}

} // namespace stencilgen
