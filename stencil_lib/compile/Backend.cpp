// Clang's back end as a library.
#include "compile/Backend.h"
#include "compile/ClangDiagnostics.h"
#include "support/Diagnostic.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// The message of a fatal error on this thread, for the recovery below to pick up. LLVM's handler takes no more than a
/// C function pointer and one pointer for the whole process.
thread_local std::string FatalMessage;

void onFatalError(void *, const char *Reason, bool) {
  FatalMessage = Reason;
  if (CrashRecoveryContext *Recovery = CrashRecoveryContext::GetCurrent())
    Recovery->HandleExit(1); // does not return
}

/// Collects what LLVM (not Clang) says while it compiles a module.
struct BackendMessages final : DiagnosticHandler {
  std::string &Errors, &Warnings;

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

Expected<SmallVector<char, 0>> compileModule(const clang::CompilerInvocation &Invocation, StringRef Bitcode,
                                             std::string &Warnings) {
  std::string Errors;
  LLVMContext Context;
  Context.setDiscardValueNames(Invocation.getCodeGenOpts().DiscardValueNames);
  Context.setDiagnosticHandler(std::make_unique<BackendMessages>(Errors, Warnings));
  auto Module = parseBitcodeFile(MemoryBufferRef(Bitcode, "micro-op"), Context);
  if (!Module)
    return Module.takeError();

  auto OwnInvocation = std::make_shared<clang::CompilerInvocation>(Invocation);
  ClangDiagnostics Client(OwnInvocation->getDiagnosticOpts());
  auto Instance = makeInstance(OwnInvocation, vfs::getRealFileSystem(), Client);
  if (!Instance->createTarget())
    return makeError(StringRef(Client.takeText()).trim());
  SmallVector<char, 0> Object;
  CrashRecoveryContext Recovery;
  bool Finished = Recovery.RunSafely([&] { emitObject(*Instance, **Module, Object); });
  if (!Finished)
    return makeError("LLVM's back end failed: " +
                     (FatalMessage.empty() ? "crashed" : std::exchange(FatalMessage, "")));
  Errors += Client.getNumErrors() ? Client.takeText() : "";
  Warnings += Client.takeText();
  if (!Errors.empty())
    return makeError(StringRef(Errors).trim());
  return Object;
}

} // namespace stencilgen
