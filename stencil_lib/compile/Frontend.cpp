// Clang's driver and front end as a library.
#include "compile/Frontend.h"
#include "compile/ClangDiagnostics.h"
#include "compile/CrashBoundary.h"
#include "support/Diagnostic.h"
#include "support/Threads.h"
#include "clang/CodeGen/CodeGenAction.h"
#include "clang/Driver/Compilation.h"
#include "clang/Driver/Driver.h"
#include "clang/Driver/Job.h"
#include "clang/Driver/Tool.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Frontend/Utils.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
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

/// Emits LLVM IR, and finds the layouts it depends on.
class ParseAction : public clang::EmitLLVMOnlyAction {
public:
  ParseAction(LLVMContext *Context, RecordLayouts &Layouts) : EmitLLVMOnlyAction(Context), Layouts(Layouts) {}

protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &Instance,
                                                        StringRef File) override {
    std::vector<std::unique_ptr<clang::ASTConsumer>> Consumers;
    Consumers.push_back(makeLayoutConsumer(Instance, Layouts));
    Consumers.push_back(EmitLLVMOnlyAction::CreateASTConsumer(Instance, File));
    return std::make_unique<clang::MultiplexConsumer>(std::move(Consumers));
  }

private:
  RecordLayouts &Layouts;
};

/// A failure that Clang has explained already.
Error clangError(std::string Rendered) {
  Diagnostic D;
  D.Message = std::move(Rendered);
  D.IsRendered = true;
  return make_error<DiagnosticError>(std::vector<Diagnostic>{std::move(D)});
}

/// Dependency files, statistics, timings: what Clang would write beside the object file is not written.
void dropOtherOutputs(clang::CompilerInvocation &Invocation) {
  Invocation.getDependencyOutputOpts() = clang::DependencyOutputOptions();
  Invocation.getDiagnosticOpts().DiagnosticSerializationFile.clear();
  Invocation.getDiagnosticOpts().DiagnosticLogFile.clear();
  Invocation.getFrontendOpts().StatsFile.clear();
  Invocation.getFrontendOpts().TimeTracePath.clear();
  clang::CodeGenOptions &CodeGen = Invocation.getCodeGenOpts();
  CodeGen.StackUsageOutput.clear();
  CodeGen.OptRecordFile.clear();
  CodeGen.SplitDwarfOutput.clear();
  CodeGen.ThinLinkBitcodeFile.clear();
  CodeGen.CoverageNotesFile.clear();
  CodeGen.CoverageDataFile.clear();
  CodeGen.TimePasses = false; // its timers are one set for the process, and we have threads
}

/// "-mllvm" options are global to LLVM: set once, before any thread uses them. Errors: LLVM does not know
/// one, or it is one with which LLVM prints something and exits.
Error setGlobalOptions(ArrayRef<std::string> Options) {
  if (Options.empty())
    return Error::success();
  std::vector<const char *> Arguments{"stencilgen"};
  for (const std::string &Option : Options) {
    StringRef Name = StringRef(Option).ltrim('-').split('=').first;
    if (Name.starts_with("help") || Name == "h" || Name == "version")
      return makeError("-mllvm: " + Option + " only prints, expected an option that changes the code");
    Arguments.push_back(Option.c_str());
  }
  std::string Problem;
  raw_string_ostream OS(Problem);
  if (!cl::ParseCommandLineOptions(Arguments.size(), Arguments.data(), "", &OS))
    return makeError("-mllvm: " + StringRef(Problem).trim());
  return Error::success();
}

/// Runs the front end on a stack that it may overflow. Returns as runGuarded does.
std::optional<std::string> runFrontend(function_ref<void()> Task) {
  std::optional<std::string> Failure;
  auto Run = [&] { Failure = runGuarded(Task); };
  ThreadGroup Thread;
  if (!Thread.start(Run))
    Run();
  Thread.join();
  return Failure;
}

/// The places of inline assembly in a module that Clang has just made.
SourcePlaces sourcePlaces(const Module &M, const clang::SourceManager &Sources) {
  SourcePlaces Places;
  auto Add = [&](uint64_t Cookie) {
    auto Location = clang::SourceLocation::getFromRawEncoding(static_cast<unsigned>(Cookie));
    if (Location.isInvalid() || Places.contains(Cookie))
      return;
    auto [File, Offset] = Sources.getDecomposedExpansionLoc(Location);
    clang::PresumedLoc Presumed = Sources.getPresumedLoc(Sources.getExpansionLoc(Location));
    if (Presumed.isInvalid())
      return;
    Diagnostic Place =
        diagnosticAt(SourceMgr::DK_Error, Presumed.getFilename(), Sources.getBufferData(File), Offset, "");
    Place.Line = Presumed.getLine(); // a #line directive is heard by Clang alone
    Places.emplace(Cookie, std::move(Place));
  };
  for (const Function &F : M)
    for (const Instruction &I : instructions(F))
      if (const MDNode *Node = I.getMetadata("srcloc"))
        for (const MDOperand &Operand : Node->operands())
          if (auto *Cookie = mdconst::dyn_extract<ConstantInt>(Operand))
            Add(Cookie->getZExtValue());
  return Places;
}

} // namespace

void ignoreEnvironment() {
  for (const char *Name : {"CPATH", "C_INCLUDE_PATH", "SDKROOT", "MACOSX_DEPLOYMENT_TARGET", "INCLUDE",
                           "EXTERNAL_INCLUDE", "SOURCE_DATE_EPOCH", "GCC_EXEC_PREFIX", "COMPILER_PATH",
                           "CLANG_CONFIG_FILE_SYSTEM_DIR", "CLANG_CONFIG_FILE_USER_DIR"})
    unsetenv(Name);
}

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
  if (Invocation->getFrontendOpts().ProgramAction != clang::frontend::EmitObj)
    return makeError("the compiler flags ask for something else than one compilation to an object file");
  dropOtherOutputs(*Invocation);
  Warnings += Client.takeText();
  return Invocation;
}

Expected<ParsedUnit> parseUnit(const CompileOptions &Options, StringRef File, const TranslationUnit &Unit,
                               ArrayRef<std::string> Names) {
  auto InMemory = makeIntrusiveRefCnt<vfs::InMemoryFileSystem>();
  InMemory->addFile(File, 0, MemoryBuffer::getMemBuffer(Unit.Text, File));
  for (const VirtualFile &Include : Options.Files)
    InMemory->addFile(Include.Path, 0, MemoryBuffer::getMemBuffer(Include.Text, Include.Path));
  // A file system of its own has a current directory of its own, which this process may have none of (a
  // directory that was deleted). All names here are absolute.
  IntrusiveRefCntPtr<vfs::FileSystem> Real(vfs::createPhysicalFileSystem().release());
  if (!Real->getCurrentWorkingDirectory())
    Real->setCurrentWorkingDirectory("/");
  auto Files = makeIntrusiveRefCnt<vfs::OverlayFileSystem>(Real);
  Files->pushOverlay(InMemory);

  ParsedUnit Result;
  auto Invocation = makeInvocation(Options, File, Files, Result.Warnings);
  if (!Invocation)
    return Invocation.takeError();
  Result.Invocation = *Invocation;
  if (Error E = setGlobalOptions(Result.Invocation->getFrontendOpts().LLVMArgs))
    return E;

  // The front end only parses: each micro-op is optimised alone, later.
  auto FrontendInvocation = std::make_shared<clang::CompilerInvocation>(*Result.Invocation);
  FrontendInvocation->getCodeGenOpts().DisableLLVMPasses = true;
  // clang exits after one file and leaves the syntax tree; we have a file for each target, and the shim.
  FrontendInvocation->getFrontendOpts().DisableFree = false;
  FrontendInvocation->getCodeGenOpts().DisableFree = false;
  ClangDiagnostics Client(FrontendInvocation->getDiagnosticOpts(), &Unit, Names);
  auto Instance = makeInstance(FrontendInvocation, Files, Client);
  Instance->setVerboseOutputStream(std::make_unique<raw_null_ostream>()); // "1 error generated."
  auto Includes = std::make_shared<IncludeCollector>();
  Instance->addDependencyCollector(Includes);

  Result.Context = std::make_unique<LLVMContext>();
  Result.Context->setDiscardValueNames(FrontendInvocation->getCodeGenOpts().DiscardValueNames);
  auto Action = std::make_unique<ParseAction>(Result.Context.get(), Result.Layouts);
  bool Succeeded = false;
  if (auto Failure = runFrontend([&] { Succeeded = Instance->ExecuteAction(*Action); })) {
    Action.release();
    Instance.release();
    Result.Context.release();
    return makeFileError(File, "Clang's front end failed: " + *Failure);
  }
  std::string Text = Client.takeText();
  if (!Succeeded || Client.getNumErrors())
    return clangError(std::move(Text));
  Result.Warnings += Text;
  Result.Module = Action->takeModule();
  Result.Places = sourcePlaces(*Result.Module, Instance->getSourceManager());
  for (StringRef Include : Includes->getDependencies())
    if (Include != File)
      Result.Includes.push_back(Include.str());
  llvm::sort(Result.Includes);
  return Result;
}

} // namespace stencilgen
