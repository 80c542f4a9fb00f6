// See Pipeline.h.
#include "pipeline/Pipeline.h"
#include "ObjectReader.h"
#include "compile/Backend.h"
#include "emit/CPythonHeader.h"
#include "emit/TableHeader.h"
#include "emit/Manifest.h"
#include "pipeline/Inputs.h"
#include "pipeline/MicroOps.h"
#include "stencil/StencilBuilder.h"
#include "stencil/Verifier.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "support/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace stencilgen {

namespace {

Error loadSource(const PipelineOptions &Options, StringRef Name, StringRef What, SourceFile &Source) {
  Source.File = inDirectory(Options.SourceDir, Name);
  auto Buffer = readFile(Source.File, What);
  if (!Buffer)
    return Buffer.takeError();
  Source.Text = (*Buffer)->getBuffer().str();
  return Error::success();
}

TemplateNames templateNames(const Profile &Interpreter) {
  return {Interpreter.Entry, Interpreter.OpcodeMacro, Interpreter.CaseMarker, Interpreter.NumberCases};
}

/// One target of a run.
class TargetRun {
public:
  TargetRun(const Profile &Interpreter, const TargetProfile &Target, StringRef Triple,
            const PipelineOptions &Options, const PipelineEvents &Events)
      : Interpreter(Interpreter), Target(Target), Options(Options),
        Events(Events), Roots{Options.SourceDir,
                              Interpreter.ConfigurationFile.empty() ? "" : Options.ConfigurationDir} {
    Set.ToolVersion = toolVersion();
    Set.LLVMVersion = llvmVersion();
    Set.ProfileName = Interpreter.Name;
    Set.ProfileRevision = Interpreter.Revision;
    Set.Triple = Triple.str();
    Set.Condition = Target.Condition;
    Set.Debug = Options.Debug;
    Set.Command = Options.Command + " " + Set.Triple + (Options.Debug ? " --debug" : "");
    for (StringRef Flag : Options.ExtraFlags)
      Set.Command += (" --cflags=" + Flag).str();
    for (const HoleValueProfile &Value : Interpreter.HoleValues)
      Set.Expressions.emplace_back(Value.Name, Value.Expression);
    Set.Header = Interpreter.Header;
    if (Set.Header.Dialect == HeaderDialect::Tables) {
      Set.Header.ContinueValue = Interpreter.ContinueValue;
      Set.Header.CodeAlignment = Target.CodeAlignment;
    }
    Set.Flags = flags("<source>", "<build>");
  }

  std::string headerName() const { return "jit_stencils-" + Set.Triple + ".h"; }
  std::string headerPath() const { return inDirectory(Options.OutputDir, headerName()); }
  std::string manifestPath() const {
    return inDirectory(Options.OutputDir, "jit_stencils-" + Set.Triple + ".json");
  }
  const StencilSet &set() const { return Set; }

  /// True when header and manifest are there and made by this tool from the inputs of this run as they are
  /// now.
  bool isCurrent() const {
    auto Header = MemoryBuffer::getFile(headerPath()), Manifest = MemoryBuffer::getFile(manifestPath());
    if (!Header || !Manifest)
      return false;
    auto Old = readManifest(manifestPath(), (*Manifest)->getBuffer());
    if (!Old) {
      consumeError(Old.takeError());
      return false;
    }
    auto WasRead = [&](const std::string &File) {
      InputFile Wanted = locateInput(File, Roots);
      return llvm::any_of(Old->Inputs, [&](const InputFile &Input) {
        return Input.Root == Wanted.Root && Input.Path == Wanted.Path;
      });
    };
    // The disassembly is no part of the set; within a JSON string the quotes would be escaped.
    bool HasDisassembly = (*Manifest)->getBuffer().contains("\"disassembly\": [");
    if (!llvm::all_of(microOpFiles(Interpreter, Options), WasRead) ||
        HasDisassembly != Options.WithDisassembly)
      return false;
    StencilSet Now = Set;
    for (const InputFile &Input : Old->Inputs) {
      auto Current = digestOf(Input, Roots);
      if (!Current)
        return false;
      Now.Inputs.push_back({Input.Root, Input.Path, *Current});
    }
    return Old->Digest == digestOf(Now, Interpreter) &&
           (*Header)->getBuffer().starts_with(digestLine(Old->Digest));
  }

  /// Compiles and adds the files to \p Outputs.
  Error make(const MicroOps &Uops, OutputFiles &Outputs) {
    CompileInput Input;
    if (Error E = loadSource(Options, Interpreter.TemplateFile, "the template", Input.Template))
      return E;
    if (!Interpreter.ShimFile.empty())
      if (Error E = loadSource(Options, Interpreter.ShimFile, "the shim", Input.Shim.emplace()))
        return E;
    Input.Names = templateNames(Interpreter);
    Input.Options = {Set.Triple, flags(Options.SourceDir, Options.ConfigurationDir)};
    Input.Threads = Options.Threads;
    if (Events.Verbose)
      Events.Verbose("clang --target=" + Set.Triple + " " + join(Input.Options.Arguments, " ") + " -c (" +
                     std::to_string(Uops.All.List.size()) + " micro-ops and the shim)");
    auto Compiled = compileMicroOps(Input, Uops.All, [&](size_t Done, size_t Total) {
      if (Events.Progress)
        Events.Progress(Set.Triple, Done, Total);
    });
    if (!Compiled)
      return Compiled.takeError();
    if (!Compiled->Warnings.empty() && Events.Warning)
      Events.Warning(Compiled->Warnings);

    std::vector<std::string> Read = std::move(Compiled->Includes);
    Read.insert(Read.end(), Uops.Files.begin(), Uops.Files.end());
    Read.push_back(Input.Template.File);
    if (Input.Shim)
      Read.push_back(Input.Shim->File);
    auto Inputs = inputFiles(Read, Roots);
    if (!Inputs)
      return Inputs.takeError();
    Set.Inputs = std::move(*Inputs);
    Set.Digest = digestOf(Set, Interpreter);

    if (Error E = addGroups(*Compiled, Uops.All))
      return E;
    if (Error E = verifyStencils(Set))
      return E;
    auto Listing = Disassembler::create(Set.Triple);
    if (!Listing)
      return Listing.takeError();
    auto Header = stencilHeader(Set, *Listing);
    if (!Header)
      return Header.takeError();
    if (Error E = Outputs.add(headerPath(), std::move(*Header)))
      return E;
    return Outputs.add(manifestPath(), writeManifest(Set, Options.WithDisassembly ? &*Listing : nullptr));
  }

private:
  /// Clang's arguments, with these names for the trees.
  std::vector<std::string> flags(StringRef Source, StringRef Build) const {
    std::vector<std::string> Flags;
    auto Add = [&](ArrayRef<std::string> More) { Flags.insert(Flags.end(), More.begin(), More.end()); };
    Add(Options.Debug ? Interpreter.DebugFlags : Interpreter.ReleaseFlags);
    // Without a configuration the directory would be any: the output must not depend on it.
    if (!Interpreter.ConfigurationFile.empty())
      Flags.push_back(("-I" + Build).str());
    for (const std::string &Include : Interpreter.Includes)
      Flags.push_back("-I" + inDirectory(Source, Include));
    Add(Interpreter.Flags);
    // Absolute paths must not get into the code, by way of __FILE__ for instance.
    Flags.push_back(("-ffile-prefix-map=" + Source + "=.").str());
    Add(Target.Flags);
    Add(Options.ExtraFlags);
    return Flags;
  }

  Expected<StencilGroup> groupOf(const CompiledObject &Object) const {
    auto Image =
        readObject(MemoryBufferRef(StringRef(Object.Bytes.data(), Object.Bytes.size()), Object.Name));
    if (!Image)
      return Image.takeError();
    return buildStencilGroup(Object.Name, *Image, Interpreter, Target);
  }

  Error addGroups(const CompileOutput &Compiled, const Cases &AllCases) {
    Error Failures = Error::success();
    if (Compiled.Shim) {
      auto Shim = groupOf(*Compiled.Shim);
      if (Shim)
        Set.Shim = std::move(*Shim);
      else
        Failures = joinErrors(std::move(Failures), withSubject(Shim.takeError(), "shim"));
    }
    for (auto [Object, Case] : zip_equal(Compiled.MicroOps, AllCases.List)) {
      auto Group = groupOf(Object);
      if (!Group) {
        Failures =
            joinErrors(std::move(Failures), withSubject(Group.takeError(), "micro-op '" + Object.Name + "'"));
        continue;
      }
      Group->File = relativeName(Case.Info ? Case.Info->DefinitionFile : Case.File, Roots);
      Group->Line = Case.Info ? Case.Info->DefinitionLine : Case.Line;
      Group->Info = Case.Info;
      if (Group->Info) {
        Group->Info->DefinitionFile.clear();
        Group->Info->DefinitionLine = 0;
      }
      Set.Groups.push_back(std::move(*Group));
    }
    llvm::sort(Set.Groups, [](const StencilGroup &A, const StencilGroup &B) { return A.Name < B.Name; });
    return Failures;
  }

  const Profile &Interpreter;
  const TargetProfile &Target;
  const PipelineOptions &Options;
  const PipelineEvents &Events;
  InputRoots Roots;
  StencilSet Set;
};

} // namespace

Error printStage(const Profile &Interpreter, const PipelineOptions &Options, Stage Which, raw_ostream &OS) {
  auto Uops = loadMicroOps(Interpreter, Options);
  if (!Uops)
    return Uops.takeError();
  if (Which == Stage::Cases) {
    for (const Case &Case : Uops->All.List)
      OS << Case.Text << "\n\n";
    return Error::success();
  }
  SourceFile Template;
  if (Error E = loadSource(Options, Interpreter.TemplateFile, "the template", Template))
    return E;
  auto Unit = makeTranslationUnit(Template.File, Template.Text, templateNames(Interpreter), Uops->All);
  if (!Unit)
    return Unit.takeError();
  OS << Unit->Text;
  return Error::success();
}

Error runPipeline(const Profile &Interpreter, const PipelineOptions &Options, const PipelineEvents &Events) {
  std::vector<TargetRun> Runs;
  std::vector<const TargetProfile *> Targets;
  for (const std::string &Triple : Options.Triples) {
    auto Target = Interpreter.target(Triple);
    if (!Target)
      return Target.takeError();
    if (auto Same = llvm::find(Targets, *Target); Same != Targets.end())
      return makeError("'" + Options.Triples[Same - Targets.begin()] + "' and '" + Triple +
                       "' are the same target, expected each target once");
    Targets.push_back(*Target);
    Runs.emplace_back(Interpreter, **Target, Triple, Options, Events);
  }
  if (!Interpreter.ConfigurationFile.empty()) {
    std::string Configuration = inDirectory(Options.ConfigurationDir, Interpreter.ConfigurationFile);
    if (auto Buffer = readFile(Configuration, "the configuration of the build"); !Buffer)
      return Buffer.takeError();
  }

  OutputFiles Outputs;
  std::optional<MicroOps> Uops;
  std::vector<DispatchTarget> Dispatch;
  std::string Command = Options.Command;
  for (TargetRun &Run : Runs) {
    Dispatch.push_back({Run.set().Condition, Run.headerName()});
    Command += " " + Run.set().Triple;
    if (!Options.Force && Run.isCurrent()) {
      if (Events.Verbose)
        Events.Verbose(Run.headerPath() + " is up to date");
      continue;
    }
    if (!Uops) {
      initializeBackend();
      auto Loaded = loadMicroOps(Interpreter, Options);
      if (!Loaded)
        return Loaded.takeError();
      if (!Loaded->Warning.empty() && Events.Warning)
        Events.Warning(Loaded->Warning);
      Uops = std::move(*Loaded);
    }
    if (Error E = Run.make(*Uops, Outputs))
      return E;
  }
  if (Error E = Outputs.add(inDirectory(Options.OutputDir, "jit_stencils.h"), dispatcher(Command, Dispatch)))
    return E;
  return Outputs.commit();
}

} // namespace stencilgen
