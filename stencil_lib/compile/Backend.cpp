// See Backend.h.
#include "compile/Backend.h"
#include "support/Diagnostic.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// The message of a fatal error on this thread, for the recovery below to pick up. LLVM's handler takes no
/// more than a C function pointer and one pointer for the whole process.
thread_local std::string FatalMessage;

void onFatalError(void *, const char *Reason, bool) {
  FatalMessage = Reason;
  if (CrashRecoveryContext *Recovery = CrashRecoveryContext::GetCurrent())
    Recovery->HandleExit(1); // does not return
}

/// Collects what LLVM (not Clang) says while it compiles a module.
class BackendMessages final : public DiagnosticHandler {
public:
  BackendMessages(std::string &Errors, std::string &Warnings) : Errors(Errors), Warnings(Warnings) {}

  bool handleDiagnostics(const DiagnosticInfo &Info) override {
    bool IsError = Info.getSeverity() == DS_Error;
    if (IsError || Info.getSeverity() == DS_Warning) {
      raw_string_ostream OS(IsError ? Errors : Warnings);
      DiagnosticPrinterRawOStream Printer(OS);
      Info.print(Printer);
      OS << '\n';
    }
    return true;
  }

private:
  std::string &Errors, &Warnings;
};

} // namespace

void initializeBackend() {
  InitializeAllTargetInfos();
  InitializeAllTargets();
  InitializeAllTargetMCs();
  InitializeAllAsmPrinters();
  InitializeAllAsmParsers();
  InitializeAllDisassemblers();
  CrashRecoveryContext::Enable();
  install_fatal_error_handler(onFatalError);
}

Backend::Backend(const clang::CompilerInvocation &Options)
    : Invocation(std::make_shared<clang::CompilerInvocation>(Options)),
      Client(Invocation->getDiagnosticOpts()) {}

Expected<std::unique_ptr<Backend>> Backend::create(const clang::CompilerInvocation &Invocation,
                                                   LLVMContext &Context) {
  std::unique_ptr<Backend> Result(new Backend(Invocation));
  Result->Instance = makeInstance(Result->Invocation, vfs::getRealFileSystem(), Result->Client);
  if (!Result->Instance->createTarget())
    return makeError(StringRef(Result->Client.takeText()).trim());
  Context.setDiscardValueNames(Invocation.getCodeGenOpts().DiscardValueNames);
  Context.setDiagnosticHandler(std::make_unique<BackendMessages>(Result->LLVMErrors, Result->LLVMWarnings));
  return Result;
}

Expected<ObjectBytes> Backend::compile(Module &M, std::string &Warnings) {
  unsigned ErrorsBefore = Client.getNumErrors();
  ObjectBytes Object;
  CrashRecoveryContext Recovery;
  if (!Recovery.RunSafely([&] { emitObject(*Instance, M, Object); })) {
    Broken = true;
    return makeError("LLVM's back end failed: " +
                     (FatalMessage.empty() ? "it crashed" : std::exchange(FatalMessage, "")));
  }
  std::string Text = Client.takeText(), Errors = std::exchange(LLVMErrors, "");
  Warnings += std::exchange(LLVMWarnings, "");
  (Client.getNumErrors() > ErrorsBefore ? Errors : Warnings) += Text;
  if (!Errors.empty())
    return makeError(StringRef(Errors).trim());
  return Object;
}

} // namespace stencilgen
