// See Freshness.h.
#include "pipeline/Freshness.h"
#include "emit/Manifest.h"
#include "pipeline/MicroOps.h"
#include "support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace stencilgen {

/// The micro-ops may come from other files than they did.
static bool readsTheSameMicroOps(const TargetPlan &Plan, const StencilSet &Old) {
  return llvm::all_of(microOpFiles(Plan.interpreter(), Plan.options()), [&](const std::string &File) {
    InputFile Wanted = locateInput(File, Plan.roots());
    return llvm::any_of(Old.Inputs, [&](const InputFile &Input) {
      return Input.Root == Wanted.Root && Input.Path == Wanted.Path;
    });
  });
}

/// The digest that the set would have with the inputs of \p Old as they are now; none: one cannot be read.
static std::optional<std::string> presentDigest(const TargetPlan &Plan, const StencilSet &Old) {
  StencilSet Now = Plan.set();
  for (const InputFile &Input : Old.Inputs) {
    auto Current = digestOf(Input, Plan.roots());
    if (!Current)
      return std::nullopt;
    Now.Inputs.push_back({Input.Root, Input.Path, *Current});
  }
  return digestOf(Now, Plan.interpreter());
}

/// Every file of the plan is one of the old set, as it was written.
static bool areFilesWhole(const TargetPlan &Plan, const StencilSet &Old) {
  auto IsWhole = [&](StringRef Path) {
    StringRef Name = sys::path::filename(Path);
    auto File = llvm::find_if(Old.Files, [&](const SetFile &F) { return F.Name == Name; });
    auto Contents = readRegularFile(Path, "an output file");
    bool Same = Contents && File != Old.Files.end() && sha256Hex((*Contents)->getBuffer()) == File->Sha256;
    consumeError(Contents.takeError());
    return Same;
  };
  return llvm::all_of(Plan.paths(), IsWhole);
}

std::optional<std::string> currentDigest(const TargetPlan &Plan) {
  auto Manifest = readRegularFile(Plan.manifestPath(), "the manifest", MaxSetFileSize);
  if (!Manifest) {
    consumeError(Manifest.takeError());
    return std::nullopt;
  }
  if (!isSealed((*Manifest)->getBuffer()))
    return std::nullopt;
  auto Old = readManifest(Plan.manifestPath(), (*Manifest)->getBuffer());
  if (!Old) {
    consumeError(Old.takeError());
    return std::nullopt;
  }
  if (Old->How != Plan.set().How || !readsTheSameMicroOps(Plan, *Old) ||
      presentDigest(Plan, *Old) != Old->Digest || !areFilesWhole(Plan, *Old))
    return std::nullopt;
  return Old->Digest;
}

std::vector<FileIdentity> identifyFiles(const TargetPlan &Plan) {
  std::vector<std::string> Paths = Plan.paths();
  Paths.push_back(Plan.manifestPath());
  std::vector<FileIdentity> Identities;
  for (const std::string &Path : Paths) {
    sys::fs::file_status Status;
    sys::fs::status(Path, Status);
    Identities.emplace_back(Status.getUniqueID(), Status.getLastModificationTime());
  }
  return Identities;
}

} // namespace stencilgen
