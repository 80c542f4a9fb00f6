// `stencilgen cpython`: what CPython's Tools/jit/build.py does, with the same command line.
#include "Commands.h"
#include "interpreters/CPython.h"
#include "pipeline/Pipeline.h"
#include "support/Diagnostic.h"
#include "support/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/Threading.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

/// The command line as it was given.
struct CpythonArguments {
  std::vector<std::string> Positional; ///< [path/to/build.py] TRIPLE...
  std::string Source;
  std::string PyconfigDir = ".";
  std::string OutputDir = ".";
  std::string Cases;
  std::string CFlags;
  std::string LLVMVersion;
  std::string LLVMToolsDir;
  unsigned Threads = 0;
  bool Debug = false;
  bool Force = false;
  bool Verbose = false;
  bool Disassembly = false;
};

/// The progress line of a terminal: overwritten in place, cleared at the end. Nothing for the first second.
class ProgressLine {
public:
  ~ProgressLine() {
    if (Shown)
      errs() << "\r\x1b[K";
  }

  void update(StringRef Triple, size_t Done, size_t Total) {
    using namespace std::chrono;
    if (!IsTerminal || steady_clock::now() - Start < seconds(1))
      return;
    Shown = true;
    errs() << "\r" << Triple << ": " << Done << " of " << Total << " stencils\x1b[K";
  }

private:
  bool IsTerminal = sys::Process::StandardErrIsDisplayed();
  bool Shown = false;
  std::chrono::steady_clock::time_point Start = std::chrono::steady_clock::now();
};

/// Where make is told to look for the scripts, it tells where the source tree is: SOURCE/Tools/jit/build.py.
std::string sourceOfBuildScript(StringRef Script) {
  SmallString<256> Path = Script;
  for (int I = 0; I < 3; ++I)
    sys::path::remove_filename(Path);
  return Path.empty() ? "." : Path.str().str();
}

void noteOtherLLVM(const CpythonArguments &Arguments) {
  StringRef Linked = StringRef(llvmVersion()).split('.').first;
  if (!Arguments.LLVMVersion.empty() && StringRef(Arguments.LLVMVersion).split('.').first != Linked)
    errs() << "stencilgen: note: --llvm-version=" << Arguments.LLVMVersion << " has no effect: this stencilgen is linked with LLVM "
           << llvmVersion() << '\n';
  if (!Arguments.LLVMToolsDir.empty())
    errs() << "stencilgen: note: --llvm-tools-install-dir has no effect: stencilgen runs no LLVM tools\n";
}

Expected<int> runCpython(const CpythonArguments &Arguments) {
  PipelineOptions Options;
  Options.SourceDir = Arguments.Source;
  ArrayRef<std::string> Triples = Arguments.Positional;
  if (!Triples.empty() && StringRef(Triples.front()).ends_with(".py")) {
    if (Options.SourceDir.empty())
      Options.SourceDir = sourceOfBuildScript(Triples.front());
    Triples = Triples.drop_front();
  }
  if (Triples.empty()) {
    errs() << "stencilgen: error: expected at least one target triple, as x86_64-unknown-linux-gnu\n";
    return 2;
  }
  if (Options.SourceDir.empty()) {
    errs() << "stencilgen: error: expected the path of Tools/jit/build.py before the triples, or --source DIR\n";
    return 2;
  }
  noteOtherLLVM(Arguments);
  if (auto Cut = Options.SourceDir.find_last_not_of('/'); Cut != std::string::npos)
    Options.SourceDir.resize(Cut + 1);
  // Absolute, so that -ffile-prefix-map finds it in front of every file name.
  SmallString<256> Source(Options.SourceDir);
  sys::fs::make_absolute(Source);
  sys::path::remove_dots(Source, /*remove_dot_dot=*/true);
  Options.SourceDir = Source.str().str();
  Options.ConfigurationDir = Arguments.PyconfigDir;
  Options.OutputDir = Arguments.OutputDir;
  Options.CasesFile = Arguments.Cases;
  Options.Triples.assign(Triples.begin(), Triples.end());
  Options.Debug = Arguments.Debug;
  Options.Force = Arguments.Force;
  Options.WithDisassembly = Arguments.Disassembly;
  Options.Threads = Arguments.Threads ? Arguments.Threads : get_cpus();
  BumpPtrAllocator Allocator;
  StringSaver Saver(Allocator);
  SmallVector<const char *, 8> Flags;
  cl::TokenizeGNUCommandLine(Arguments.CFlags, Saver, Flags);
  Options.ExtraFlags.assign(Flags.begin(), Flags.end());

  auto Interpreter = loadCPythonProfile(Options.SourceDir);
  if (!Interpreter)
    return Interpreter.takeError();
  ProgressLine Progress;
  PipelineEvents Events;
  Events.Warning = [](StringRef Text) { errs() << Text; };
  Events.Progress = [&](StringRef Triple, size_t Done, size_t Total) { Progress.update(Triple, Done, Total); };
  if (Arguments.Verbose)
    Events.Verbose = [](StringRef Text) { errs() << Text << '\n'; };
  if (Error E = runPipeline(*Interpreter, Options, Events))
    return E;
  return 0;
}

} // namespace

void addCpythonCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<CpythonArguments>();
  CLI::App *Command = App.add_subcommand(
      "cpython", "make the JIT stencils of a CPython tree: jit_stencils-TRIPLE.h, jit_stencils-TRIPLE.json and the\n"
                 "dispatcher jit_stencils.h. Takes the command line of Tools/jit/build.py, so that in a build directory\n"
                 "  make jit_stencils.h PYTHON_FOR_REGEN=\"stencilgen cpython\"\n"
                 "works without changes to the tree.");
  Command->add_option("arguments", Arguments->Positional,
                      "the path of Tools/jit/build.py, which tells where the source tree is (or --source), then one or more\n"
                      "target triples")
      ->type_name("[BUILD_PY] TRIPLE...");
  Command->add_option("-o,--output-dir", Arguments->OutputDir, "where to put the generated files")
      ->type_name("DIR")->capture_default_str();
  Command->add_option("-p,--pyconfig-dir", Arguments->PyconfigDir, "where pyconfig.h is")
      ->type_name("DIR")->capture_default_str();
  Command->add_flag("-d,--debug", Arguments->Debug, "for a debug build of Python (--with-pydebug)");
  Command->add_flag("-f,--force", Arguments->Force, "make everything, even when no input has changed");
  Command->add_flag("-v,--verbose", Arguments->Verbose, "say what is done");
  Command->add_option("--cflags", Arguments->CFlags, "more flags for the compiler, as one shell-quoted string")->type_name("FLAGS");
  Command->add_option("--source", Arguments->Source, "the CPython source tree")->type_name("DIR");
  Command->add_option("--cases", Arguments->Cases, "read the micro-ops from this file instead of Python/executor_cases.c.h")
      ->type_name("FILE");
  Command->add_option("-j,--jobs", Arguments->Threads, "worker threads (default: one a processor)")->type_name("N");
  Command->add_flag("--disassembly", Arguments->Disassembly, "put the disassembly of every stencil into the manifest");
  Command->add_option("--llvm-version", Arguments->LLVMVersion, "accepted for build.py's sake; stencilgen is linked with one LLVM")
      ->type_name("N");
  Command->add_option("--llvm-tools-install-dir", Arguments->LLVMToolsDir, "accepted for build.py's sake; no tool is run")
      ->type_name("DIR");
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runCpython(*Arguments); }; });
}

} // namespace stencilgen
