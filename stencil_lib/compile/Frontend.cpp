// Clang's driver and front end as a library.
#include "compile/Frontend.h"
#include "compile/ClangDiagnostics.h"
#include "support/Diagnostic.h"
#include "clang/CodeGen/CodeGenAction.h"
#include "clang/Driver/Compilation.h"
#include "clang/Driver/Driver.h"
#include "clang/Driver/Job.h"
#include "clang/Driver/Tool.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/Utils.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// Every file the preprocessor opens, system headers included.
class IncludeCollector : public clang::DependencyCollector {
public:
  bool needSystemDependencies() override { return true; }
};

/// A failure that Clang has explained already.
Error clangError(std::string Rendered) {
  Diagnostic D;
  D.Message = std::move(Rendered);
  D.IsRendered = true;
  return make_error<DiagnosticError>(std::vector<Diagnostic>{std::move(D)});
}

} // namespace

Expected<InvocationPtr> makeInvocation(const CompileOptions &Options, StringRef File,
                                       IntrusiveRefCntPtr<vfs::FileSystem> Files, std::string &Warnings) {
  DiagnosticOptionsPtr DiagnosticOptions(new clang::DiagnosticOptions);
  ClangDiagnostics Client(*DiagnosticOptions);
  auto Diagnostics = makeDiagnostics(*DiagnosticOptions, Client);

  // The driver finds Clang's own headers from where its program would be.
  SmallString<256> Program(STENCILGEN_LLVM_PREFIX);
  sys::path::append(Program, "bin", "clang");
  clang::driver::Driver Driver(Program, Options.Triple, *Diagnostics, "stencilgen", Files);
  Driver.setCheckInputsExist(false);

  std::vector<const char *> Arguments{Program.c_str()};
  std::string Target = "--target=" + Options.Triple, Input = File.str();
  Arguments.push_back(Target.c_str());
  for (const std::string &Argument : Options.Arguments)
    Arguments.push_back(Argument.c_str());
  Arguments.insert(Arguments.end(), {"-c", "-o", "stencil.o", "-x", "c", Input.c_str()});
  std::unique_ptr<clang::driver::Compilation> Compilation(Driver.BuildCompilation(Arguments));
  if (Client.getNumErrors() || !Compilation)
    return clangError(Client.takeText());
  const clang::driver::JobList &Jobs = Compilation->getJobs();
  if (Jobs.size() != 1 || StringRef(Jobs.begin()->getCreator().getName()) != "clang")
    return makeError("the compiler flags ask for something else than one compilation to an object file");

  auto Invocation = std::make_shared<clang::CompilerInvocation>();
  if (!clang::CompilerInvocation::CreateFromArgs(*Invocation, Jobs.begin()->getArguments(), *Diagnostics))
    return clangError(Client.takeText());
  Warnings += Client.takeText();
  return Invocation;
}

Expected<ParsedUnit> parseUnit(const CompileOptions &Options, StringRef File, const TranslationUnit &Unit,
                               ArrayRef<std::string> Names) {
  auto InMemory = makeIntrusiveRefCnt<vfs::InMemoryFileSystem>();
  InMemory->addFile(File, 0, MemoryBuffer::getMemBuffer(Unit.Text, File));
  auto Files = makeIntrusiveRefCnt<vfs::OverlayFileSystem>(vfs::getRealFileSystem());
  Files->pushOverlay(InMemory);

  ParsedUnit Result;
  auto Invocation = makeInvocation(Options, File, Files, Result.Warnings);
  if (!Invocation)
    return Invocation.takeError();
  Result.Invocation = *Invocation;
  if (const auto &Arguments = Result.Invocation->getFrontendOpts().LLVMArgs; !Arguments.empty()) {
    // "-mllvm" options are global to LLVM: set once, before any thread uses them.
    std::vector<const char *> LLVMArguments{"stencilgen"};
    for (const std::string &Argument : Arguments)
      LLVMArguments.push_back(Argument.c_str());
    std::string Problem;
    raw_string_ostream OS(Problem);
    if (!cl::ParseCommandLineOptions(LLVMArguments.size(), LLVMArguments.data(), "", &OS))
      return makeError("-mllvm: " + StringRef(Problem).trim());
  }

  // The front end only parses: each micro-op is optimised alone, later.
  auto FrontendInvocation = std::make_shared<clang::CompilerInvocation>(*Result.Invocation);
  FrontendInvocation->getCodeGenOpts().DisableLLVMPasses = true;
  ClangDiagnostics Client(FrontendInvocation->getDiagnosticOpts(), &Unit, Names);
  auto Instance = makeInstance(FrontendInvocation, Files, Client);
  auto Includes = std::make_shared<IncludeCollector>();
  Instance->addDependencyCollector(Includes);

  Result.Context = std::make_unique<LLVMContext>();
  Result.Context->setDiscardValueNames(FrontendInvocation->getCodeGenOpts().DiscardValueNames);
  clang::EmitLLVMOnlyAction Action(Result.Context.get());
  bool Succeeded = Instance->ExecuteAction(Action);
  std::string Text = Client.takeText();
  if (!Succeeded || Client.getNumErrors())
    return clangError(std::move(Text));
  Result.Warnings += Text;
  Result.Module = Action.takeModule();
  for (StringRef Include : Includes->getDependencies())
    if (Include != File)
      Result.Includes.push_back(Include.str());
  llvm::sort(Result.Includes);
  return Result;
}

} // namespace stencilgen
