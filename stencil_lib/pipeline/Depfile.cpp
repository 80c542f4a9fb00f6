// What the outputs depend on, as a rule for make (GNU make manual, "Rule Syntax"): see Pipeline.h.
#include "emit/Manifest.h"
#include "pipeline/Pipeline.h"
#include "pipeline/TargetPlan.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <set>

using namespace llvm;

namespace stencilgen {

/// A file name as make reads it: what means something to make is escaped as Clang's dependency files do it.
static std::string escaped(StringRef Path) {
  std::string Text;
  for (char C : Path) {
    if (C == ' ' || C == '#' || C == '\\')
      Text += '\\';
    if (C == '$')
      Text += '$';
    Text += C;
  }
  return Text;
}

static std::string fullName(StringRef Name) {
  SmallString<256> Path = Name;
  sys::fs::make_absolute(Path);
  sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return Path.str().str();
}

/// Adds the files that the target's set was made from. Errors: its manifest cannot be read.
static Error addInputs(const TargetPlan &Plan, std::set<std::string> &Paths) {
  auto Buffer = readFile(Plan.manifestPath(), "the manifest");
  if (!Buffer)
    return Buffer.takeError();
  auto Set = readManifest(Plan.manifestPath(), (*Buffer)->getBuffer());
  if (!Set)
    return Set.takeError();
  for (const InputFile &Input : Set->Inputs)
    if (Input.Root != "embedded")
      Paths.insert(fullName(pathOf(Input, Plan.roots())));
  return Error::success();
}

Error writeDepfile(const Profile &Interpreter, const PipelineOptions &Options, StringRef File) {
  std::set<std::string> Paths;
  if (!Options.ProfileFile.empty())
    Paths.insert(fullName(Options.ProfileFile));
  for (const std::string &Triple : Options.Triples)
    for (BuildKind Kind : Options.Kinds) {
      auto Plan = TargetPlan::create(Interpreter, Triple, Kind, Options);
      if (!Plan)
        return Plan.takeError();
      if (Error E = addInputs(*Plan, Paths))
        return E;
    }
  std::string Text = escaped(fullName(includedHeader(Interpreter, Options))) + ":";
  for (const std::string &Path : Paths)
    Text += " \\\n  " + escaped(Path);
  OutputFiles Outputs;
  if (Error E = Outputs.add(File.str(), Text + "\n"))
    return E;
  return Outputs.commit();
}

} // namespace stencilgen
