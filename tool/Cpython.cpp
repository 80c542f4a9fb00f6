// `stencilgen cpython`: what CPython's Tools/jit/build.py does, with the same command line.
#include "interpreters/CPython.h"
#include "BuildArguments.h"
#include "support/Version.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

using namespace llvm;

namespace stencilgen {

namespace {

struct CpythonArguments {
  BuildArguments Build;
  std::vector<std::string> Positional; ///< [path/to/build.py] TRIPLE...
  std::string Source;
  std::string PyconfigDir;
  bool AllTargets = false;
  std::string LLVMVersion;
  std::string LLVMToolsDir;
};

/// Where make is told to look for the scripts, it tells where the source tree is: SOURCE/Tools/jit/build.py.
std::string sourceOfBuildScript(StringRef Script) {
  SmallString<256> Path = Script;
  for (int I = 0; I < 3; ++I)
    sys::path::remove_filename(Path);
  return Path.empty() ? "." : Path.str().str();
}

void noteOtherLLVM(const CpythonArguments &Arguments) {
  std::string Linked = llvmVersion();
  if (!Arguments.LLVMVersion.empty() &&
      StringRef(Arguments.LLVMVersion).split('.').first != StringRef(Linked).split('.').first)
    errs() << "stencilgen: note: --llvm-version=" << Arguments.LLVMVersion
           << " has no effect: this stencilgen is linked with LLVM " << Linked << '\n';
  if (!Arguments.LLVMToolsDir.empty())
    errs() << "stencilgen: note: --llvm-tools-install-dir has no effect: stencilgen runs no LLVM tools\n";
}

Expected<int> runCpython(const CpythonArguments &Arguments) {
  std::string Source = Arguments.Source;
  ArrayRef<std::string> Triples = Arguments.Positional;
  if (!Triples.empty() && StringRef(Triples.front()).ends_with(".py")) {
    if (Source.empty())
      Source = sourceOfBuildScript(Triples.front());
    Triples = Triples.drop_front();
  }
  if (Triples.empty() != Arguments.AllTargets) {
    if (Arguments.AllTargets) {
      errs() << "stencilgen: error: --all makes every target, expected no triples beside it\n";
      return 2;
    }
    errs()
        << "stencilgen: error: expected at least one target triple, as x86_64-unknown-linux-gnu, or --all\n";
    if (!Arguments.Build.Cases.empty())
      errs() << "stencilgen: note: '" << Arguments.Build.Cases
             << "' is the FILE of --cases; for the tree's own cases give --cases last\n";
    return 2;
  }
  if (Source.empty()) {
    errs()
        << "stencilgen: error: expected the path of Tools/jit/build.py before the triples, or --source DIR\n";
    return 2;
  }
  noteOtherLLVM(Arguments);
  PipelineOptions Options;
  Options.Command = "stencilgen cpython";
  Options.SourceDir = absolutePath(Source);
  Options.ConfigurationDir = Arguments.PyconfigDir.empty() ? "" : absolutePath(Arguments.PyconfigDir);
  Options.Triples.assign(Triples.begin(), Triples.end());
  auto Interpreter = loadCPythonProfile(Options.SourceDir);
  if (!Interpreter)
    return Interpreter.takeError();
  errs() << Interpreter->Note;
  if (Arguments.AllTargets)
    for (const TargetProfile &Target : Interpreter->Chosen.Targets)
      Options.Triples.push_back(Target.Triple);
  return runBuild(Interpreter->Chosen, std::move(Options), Arguments.Build);
}

} // namespace

void addCpythonCommand(CLI::App &App, Action &Chosen) {
  auto Arguments = std::make_shared<CpythonArguments>();
  CLI::App *Command = App.add_subcommand(
      "cpython",
      "make the JIT stencils of a CPython tree: jit_stencils-TRIPLE.h, jit_stencils-TRIPLE.json and the\n"
      "dispatcher jit_stencils.h. Takes the command line of Tools/jit/build.py, so that in a build "
      "directory\n"
      "  make jit_stencils.h PYTHON_FOR_REGEN=\"stencilgen cpython\"\n"
      "works without changes to the tree.");
  Command
      ->add_option(
          "arguments", Arguments->Positional,
          "the path of Tools/jit/build.py, which tells where the source tree is (or --source), then one or\n"
          "more target triples")
      ->type_name("[BUILD_PY] TRIPLE...");
  Command->add_flag("--all", Arguments->AllTargets,
                    "make every target of the version (stencilgen targets lists them)");
  Command->add_option("--source", Arguments->Source, "the CPython source tree")->type_name("DIR");
  Command
      ->add_option("-p,--pyconfig-dir", Arguments->PyconfigDir,
                   "the directory of pyconfig.h (default: one that is part of stencilgen, or the tree's\n"
                   "PC/pyconfig.h for Windows)")
      ->type_name("DIR");
  addBuildOptions(*Command, Arguments->Build);
  Command
      ->add_option("--llvm-version", Arguments->LLVMVersion,
                   "accepted for build.py's sake; one LLVM is linked in")
      ->type_name("N");
  Command
      ->add_option("--llvm-tools-install-dir", Arguments->LLVMToolsDir,
                   "accepted for build.py's sake; no tool is run")
      ->type_name("DIR");
  Command->callback([&Chosen, Arguments] { Chosen = [Arguments] { return runCpython(*Arguments); }; });
}

} // namespace stencilgen
