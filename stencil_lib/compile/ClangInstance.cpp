// Interfaces of Clang that changed between LLVM versions: one branch each. ClangDiagnostics has one more; the
// rest of compile/ is the same for all versions.
#include "compile/ClangInstance.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/CodeGen/BackendUtil.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

IntrusiveRefCntPtr<clang::DiagnosticsEngine> makeDiagnostics(clang::DiagnosticOptions &Options,
                                                             clang::DiagnosticConsumer &Client) {
  IntrusiveRefCntPtr<clang::DiagnosticIDs> Ids(new clang::DiagnosticIDs);
#if LLVM_VERSION_MAJOR >= 21
  return new clang::DiagnosticsEngine(Ids, Options, &Client, /*ShouldOwnClient=*/false);
#else
  return new clang::DiagnosticsEngine(Ids, &Options, &Client, /*ShouldOwnClient=*/false);
#endif
}

std::unique_ptr<clang::CompilerInstance> makeInstance(InvocationPtr Invocation,
                                                      IntrusiveRefCntPtr<vfs::FileSystem> Files,
                                                      clang::DiagnosticConsumer &Client) {
#if LLVM_VERSION_MAJOR >= 22
  auto Instance = std::make_unique<clang::CompilerInstance>(std::move(Invocation));
  Instance->createVirtualFileSystem(Files, &Client);
  Instance->createDiagnostics(&Client, /*ShouldOwnClient=*/false);
  Instance->createFileManager();
  Instance->createSourceManager();
#else
#if LLVM_VERSION_MAJOR >= 21
  auto Instance = std::make_unique<clang::CompilerInstance>(std::move(Invocation));
#else
  auto Instance = std::make_unique<clang::CompilerInstance>();
  Instance->setInvocation(std::move(Invocation));
#endif
#if LLVM_VERSION_MAJOR >= 20
  Instance->createDiagnostics(*Files, &Client, /*ShouldOwnClient=*/false);
#else
  Instance->createDiagnostics(&Client, /*ShouldOwnClient=*/false);
#endif
  Instance->createFileManager(Files);
  Instance->createSourceManager(Instance->getFileManager());
#endif
  return Instance;
}

static clang::BackendAction actionOf(EmitForm Form) {
  switch (Form) {
  case EmitForm::Object:
    return clang::Backend_EmitObj;
  case EmitForm::Assembly:
    return clang::Backend_EmitAssembly;
  case EmitForm::OptimizedIR:
    return clang::Backend_EmitLL;
  }
  llvm_unreachable("unknown form");
}

static void runBackend(clang::CompilerInstance &Instance, Module &M, clang::BackendAction Action,
                       std::unique_ptr<raw_pwrite_stream> Stream) {
  IntrusiveRefCntPtr<vfs::FileSystem> Files(&Instance.getVirtualFileSystem());
  StringRef Layout = Instance.getTarget().getDataLayoutString();
#if LLVM_VERSION_MAJOR >= 21
  clang::emitBackendOutput(Instance, Instance.getCodeGenOpts(), Layout, &M, Action, Files, std::move(Stream));
#else
  clang::EmitBackendOutput(Instance.getDiagnostics(), Instance.getHeaderSearchOpts(),
                           Instance.getCodeGenOpts(), Instance.getTargetOpts(), Instance.getLangOpts(),
                           Layout, &M, Action, Files, std::move(Stream));
#endif
}

void optimise(clang::CompilerInstance &Instance, Module &M) {
  runBackend(Instance, M, clang::Backend_EmitNothing, std::make_unique<raw_null_ostream>());
}

void emitModule(clang::CompilerInstance &Instance, Module &M, EmitForm Form, SmallVectorImpl<char> &Out) {
  runBackend(Instance, M, actionOf(Form), std::make_unique<raw_svector_ostream>(Out));
}

namespace {

struct LastPass : PassInfoMixin<LastPass> {
  std::function<void(Module &)> Run;

  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    Run(M);
    return PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }
};

} // namespace

void addLastPass(clang::CompilerInstance &Instance, std::function<void(Module &)> Last) {
  Instance.getCodeGenOpts().PassBuilderCallbacks.push_back([Last](PassBuilder &Builder) {
    Builder.registerOptimizerLastEPCallback([Last](ModulePassManager &Passes, auto...) {
      LastPass Pass;
      Pass.Run = Last;
      Passes.addPass(std::move(Pass));
    });
  });
}

} // namespace stencilgen
