// See BuildArguments.h.
#include "BuildArguments.h"
#include "support/Diagnostic.h"
#include "support/Limits.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

using namespace llvm;

namespace stencilgen {

namespace {

/// The progress line of a terminal: overwritten in place, cleared at the end. Nothing for the first second.
class ProgressLine {
public:
  /// \p KeepsDone  what is done keeps a line of its own
  explicit ProgressLine(bool KeepsDone) : KeepsDone(KeepsDone) {}

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
    if (KeepsDone && Done == Total)
      errs() << '\n';
  }

private:
  bool KeepsDone;
  bool IsTerminal = sys::Process::StandardErrIsDisplayed();
  bool Shown = false;
  std::chrono::steady_clock::time_point Start = std::chrono::steady_clock::now();
};

} // namespace

void addBuildOptions(CLI::App &Command, BuildArguments &Arguments) {
  Command.add_option("-o,--output-dir", Arguments.OutputDir, "where to put the generated files")
      ->type_name("DIR")
      ->capture_default_str();
  Command.add_flag("-d,--debug", Arguments.Debug, "for a debug build of the interpreter");
  Command.add_flag("--release", Arguments.Release,
                   "for a release build (the default); with --debug: both, side by side");
  Command.add_flag("--free-threaded", Arguments.FreeThreaded, "for a build without global interpreter lock");
  Command.add_flag(
      "--gil", Arguments.Gil,
      "for a build with global interpreter lock (the default); with --free-threaded: both, side by side");
  Command.add_flag("-f,--force", Arguments.Force, "make everything, even when no input has changed");
  Command.add_flag("-v,--verbose", Arguments.Verbose, "say what is done");
  Command.add_option("--cflags", Arguments.CFlags, "more flags for the compiler, as one shell-quoted string")
      ->type_name("FLAGS");
  Command
      .add_option("--sysroot", Arguments.Sysroot,
                  "use the system headers in DIR (DIR/usr/include, as for clang --sysroot) instead of those "
                  "that are\n"
                  "part of stencilgen; / for the machine's own")
      ->type_name("DIR");
  CLI::Option *Definitions = Command.add_flag(
      "--definitions", Arguments.Definitions,
      "compile what the definitions give, even where the interpreter's generated cases differ\n"
      "(by default, the cases are compiled then)");
  Command
      .add_option_function<std::string>(
          "--cases",
          [&Arguments](const std::string &File) {
            Arguments.FromCases = true;
            Arguments.Cases = File;
          },
          "compile the generated switch cases alone: those of FILE or, without one, the interpreter's own")
      ->type_name("[FILE]")
      ->expected(0, 1)
      ->excludes(Definitions);
  Command.add_option("-j,--jobs", Arguments.Threads, "worker threads (default: one a processor)")
      ->type_name("N");
  Command.add_flag("--disassembly", Arguments.Disassembly,
                   "put the disassembly of every stencil into the manifest");
  Command.add_flag("--cf-protection", Arguments.CfProtection,
                   "mark where an indirect jump may land (endbr, bti), for processors that check");
  Command.add_flag("--optimize", Arguments.Optimize,
                   "make faster stencils than Clang alone does (docs/performance.md)");
  Command.add_flag("--no-layout-asserts", Arguments.NoLayoutAsserts,
                   "omit from the header the layout checks, and the check that header and dispatcher\n"
                   "belong together");
  Command
      .add_option("--depfile", Arguments.Depfile,
                  "write to FILE what jit_stencils.h depends on, as a rule for make and ninja")
      ->type_name("FILE");
  Command
      .add_option("--stage", Arguments.Stage,
                  "print the product of a stage instead of writing files: cases (the micro-ops' C text) or "
                  "unit (the one\n"
                  "C text that is compiled)")
      ->type_name("STAGE")
      ->check(CLI::IsMember({"cases", "unit"}));
}

Expected<int> runBuild(const Profile &Plain, PipelineOptions Options, const BuildArguments &Arguments) {
  std::optional<Profile> Optimized;
  if (Arguments.Optimize) {
    auto Made = optimizedProfile(Plain);
    if (!Made)
      return Made.takeError();
    Optimized = std::move(*Made);
  }
  const Profile &Interpreter = Optimized ? *Optimized : Plain;
  Options.OutputDir = Arguments.OutputDir;
  if (Arguments.Definitions || Arguments.FromCases)
    Options.Source = Arguments.Definitions ? MicroOpSource::Definitions : MicroOpSource::Cases;
  Options.CasesFile = Arguments.Cases.empty() ? "" : absolutePath(Arguments.Cases);
  Options.Sysroot = Arguments.Sysroot.empty() ? "" : absolutePath(Arguments.Sysroot);
  Options.Kinds.clear();
  for (bool FreeThreaded : {false, true})
    for (bool Debug : {false, true})
      if ((FreeThreaded ? Arguments.FreeThreaded : Arguments.Gil || !Arguments.FreeThreaded) &&
          (Debug ? Arguments.Debug : Arguments.Release || !Arguments.Debug))
        Options.Kinds.push_back({Debug, FreeThreaded});
  Options.CfProtection = Arguments.CfProtection;
  Options.Force = Arguments.Force;
  Options.WithDisassembly = Arguments.Disassembly;
  Options.LayoutAsserts = !Arguments.NoLayoutAsserts;
  Options.Threads = threadsFor(Arguments.Threads);
  Options.ExtraFlags = splitFlags(Arguments.CFlags);
  if (!json::isUTF8(Arguments.CFlags))
    return makeError("--cflags: expected UTF-8, in which the manifest is");

  if (!Arguments.Stage.empty()) {
    if (Error E =
            printStage(Interpreter, Options, Arguments.Stage == "cases" ? Stage::Cases : Stage::Unit, outs()))
      return E;
    return 0;
  }
  ProgressLine Progress(Options.Triples.size() > 1);
  PipelineEvents Events;
  Events.Warning = [](StringRef Text) { errs() << Text; };
  Events.Progress = [&](StringRef Triple, size_t Done, size_t Total) {
    Progress.update(Triple, Done, Total);
  };
  if (Arguments.Verbose)
    Events.Verbose = [](StringRef Text) { errs() << Text << '\n'; };
  if (Error E = runPipeline(Interpreter, Options, Events))
    return E;
  if (!Arguments.Depfile.empty())
    if (Error E = writeDepfile(Interpreter, Options, Arguments.Depfile))
      return E;
  return 0;
}

std::vector<std::string> splitFlags(StringRef Text) {
  BumpPtrAllocator Allocator;
  StringSaver Saver(Allocator);
  SmallVector<const char *, 8> Flags;
  cl::TokenizeGNUCommandLine(Text, Saver, Flags);
  return {Flags.begin(), Flags.end()};
}

unsigned threadsFor(unsigned Asked) {
  unsigned Processors = std::max(1U, static_cast<unsigned>(get_cpus()));
  return Asked ? std::min(Asked, std::max(Processors, MaxThreads)) : Processors;
}

std::string absolutePath(StringRef Name) {
  SmallString<256> Path = Name;
  sys::fs::make_absolute(Path);
  sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  StringRef Absolute = Path;
  while (Absolute.size() > 1 && Absolute.ends_with("/"))
    Absolute = Absolute.drop_back();
  return Absolute.str();
}

} // namespace stencilgen
