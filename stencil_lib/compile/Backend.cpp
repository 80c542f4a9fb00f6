// See Backend.h.
#include "compile/Backend.h"
#include "compile/CrashBoundary.h"
#include "support/Diagnostic.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// Collects what LLVM (not Clang) says while it compiles a module.
class BackendMessages final : public DiagnosticHandler {
public:
  BackendMessages(const SourcePlaces &Places, std::vector<Diagnostic> &Errors, std::string &Warnings)
      : Places(Places), Errors(Errors), Warnings(Warnings) {}

  bool handleDiagnostics(const DiagnosticInfo &Info) override {
    if (Info.getSeverity() == DS_Error) {
      addError(Info);
    } else if (Info.getSeverity() == DS_Warning) {
      Warnings += printed(Info) + '\n';
    }
    return true;
  }

private:
  static std::string printed(const DiagnosticInfo &Info) {
    std::string Text;
    raw_string_ostream OS(Text);
    DiagnosticPrinterRawOStream Printer(OS);
    Info.print(Printer);
    return StringRef(Text).trim().str();
  }

  void addError(const DiagnosticInfo &Info) {
    if (const auto *InAssembly = dyn_cast<DiagnosticInfoSrcMgr>(&Info)) {
      const SMDiagnostic &Cause = InAssembly->getSMDiag();
      Diagnostic Assembly{SourceMgr::DK_Error,
                          Cause.getFilename().str(),
                          static_cast<unsigned>(Cause.getLineNo()),
                          static_cast<unsigned>(Cause.getColumnNo() + 1),
                          Cause.getMessage().str(),
                          Cause.getLineContents().str(),
                          /*IsRendered=*/false};
      if (Diagnostic Text = errorAt(InAssembly->getLocCookie(), Cause.getMessage()); Text.Line != 0) {
        Errors.push_back(std::move(Text));
        Assembly.Kind = SourceMgr::DK_Note;
        Assembly.Message = "instantiated into assembly here";
      }
      Errors.push_back(std::move(Assembly));
    } else if (const auto *OfAssembly = dyn_cast<DiagnosticInfoInlineAsm>(&Info)) {
      Errors.push_back(errorAt(OfAssembly->getLocCookie(), OfAssembly->getMsgStr()));
    } else if (const auto *Forbidden = dyn_cast<DiagnosticInfoDontCall>(&Info)) {
      Errors.push_back(errorAt(Forbidden->getLocCookie(), printed(Info)));
    } else {
      Errors.push_back(errorAt(0, printed(Info)));
    }
  }

  Diagnostic errorAt(uint64_t Cookie, const Twine &Message) const {
    auto Place = Places.find(Cookie);
    Diagnostic D = Place == Places.end() ? Diagnostic() : Place->second;
    D.Message = Message.str();
    return D;
  }

  const SourcePlaces &Places;
  std::vector<Diagnostic> &Errors;
  std::string &Warnings;
};

} // namespace

void initializeBackend() {
  InitializeAllTargetInfos();
  InitializeAllTargets();
  InitializeAllTargetMCs();
  InitializeAllAsmPrinters();
  InitializeAllAsmParsers();
  InitializeAllDisassemblers();
  enableCrashBoundary();
}

Backend::Backend(const clang::CompilerInvocation &Options)
    : Invocation(std::make_shared<clang::CompilerInvocation>(Options)),
      Client(Invocation->getDiagnosticOpts()) {
  // clang leaves all to the end of its process; here there are many modules in one.
  Invocation->getCodeGenOpts().DisableFree = false;
}

Expected<std::unique_ptr<Backend>> Backend::create(const clang::CompilerInvocation &Invocation,
                                                   const SourcePlaces &Places, LLVMContext &Context,
                                                   const std::optional<StencilConvention> &Convention,
                                                   const OptimizeOptions *Optimize,
                                                   ArrayRef<RecordLayout> Layouts) {
  std::unique_ptr<Backend> Result(new Backend(Invocation));
  Result->Convention = Convention;
  Result->Optimize = Optimize;
  Result->Layouts = Layouts;
  Result->Instance = makeInstance(Result->Invocation, vfs::getRealFileSystem(), Result->Client);
  if (!Result->Instance->createTarget())
    return makeError(StringRef(Result->Client.takeText()).trim());
  Context.setDiscardValueNames(Invocation.getCodeGenOpts().DiscardValueNames);
  Context.setDiagnosticHandler(
      std::make_unique<BackendMessages>(Places, Result->LLVMErrors, Result->LLVMWarnings));
  return Result;
}

void Backend::emit(Module &M, EmitForm Form, ObjectBytes &Object) {
  if (!Convention && !Optimize)
    return emitModule(*Instance, M, Form, Object);
  optimise(*Instance, M);
  std::unique_ptr<Module> Converted = Convention ? withConvention(M, *Convention) : nullptr;
  Module &Stencil = Converted ? *Converted : M;
  if (!Optimize)
    return emitModule(*Instance, Stencil, Form, Object);
  prepareStencil(Stencil, *Optimize, Layouts);
  // The options of this run alone.
  clang::CodeGenOptions &Options = Instance->getCodeGenOpts();
  clang::CodeGenOptions Before = Options;
  if (needsSmallCodeModel(Stencil))
    Options.CodeModel = "small";
  addLastPass(*Instance, [this](Module &Last) { prepareEncoding(Last, *Optimize); });
  emitModule(*Instance, Stencil, Form, Object);
  Options = std::move(Before);
}

Expected<ObjectBytes> Backend::compile(Module &M, std::string &Warnings, EmitForm Form) {
  unsigned ErrorsBefore = Client.getNumErrors();
  ObjectBytes Object;
  auto Failure = runGuarded([&] { emit(M, Form, Object); });
  if (Failure) {
    Broken = true;
    return makeError("LLVM's back end failed: " + *Failure);
  }
  std::string Text = Client.takeText();
  std::vector<Diagnostic> Errors = std::exchange(LLVMErrors, {});
  Warnings += std::exchange(LLVMWarnings, "");
  if (Client.getNumErrors() == ErrorsBefore) {
    Warnings += Text;
  } else {
    Errors.emplace_back().Message = std::move(Text);
    Errors.back().IsRendered = true;
  }
  if (!Errors.empty())
    return make_error<DiagnosticError>(std::move(Errors));
  return Object;
}

} // namespace stencilgen
