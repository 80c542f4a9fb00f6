// See MicroOps.h.
#include "pipeline/MicroOps.h"
#include "lower/CasesReader.h"
#include "lower/CompareCases.h"
#include "lower/Lower.h"
#include "pipeline/Inputs.h"
#include "support/File.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace stencilgen {

std::vector<std::string> microOpFiles(const Profile &Interpreter, const PipelineOptions &Options) {
  if (!Options.CasesFile.empty())
    return {Options.CasesFile};
  if (Interpreter.DefinitionFiles.empty())
    return {inDirectory(Options.SourceDir, Interpreter.CasesFile)};
  std::vector<std::string> Files;
  for (const std::string &Name : Interpreter.DefinitionFiles)
    Files.push_back(inDirectory(Options.SourceDir, Name));
  return Files;
}

static Expected<Cases> readCasesFile(StringRef File) {
  auto Buffer = readFile(File, "the micro-ops", MaxDefinitionsSize);
  if (!Buffer)
    return Buffer.takeError();
  return readCases(File, (*Buffer)->getBuffer());
}

/// Lowers the definitions. Errors: those of lowerTier2.
static Expected<MicroOps> lowerDefinitions(const Profile &Interpreter, const PipelineOptions &Options) {
  auto Lowering = readLoweringProfile(Interpreter.Name, Interpreter.Text);
  if (!Lowering)
    return Lowering.takeError();
  MicroOps Result;
  Result.Files = microOpFiles(Interpreter, Options);
  std::vector<std::unique_ptr<MemoryBuffer>> Buffers;
  std::vector<dsl::SourceText> Texts;
  for (const std::string &File : Result.Files) {
    auto Buffer = readFile(File, "the instruction definitions", MaxDefinitionsSize);
    if (!Buffer)
      return Buffer.takeError();
    Texts.push_back({File, (*Buffer)->getBuffer()});
    Buffers.push_back(std::move(*Buffer));
  }
  LowerOptions How;
  How.LineDirectives = true;
  auto Lowered = lowerTier2(Texts, *Lowering, How);
  if (!Lowered)
    return Lowered.takeError();
  Result.All = std::move(*Lowered);
  return Result;
}

Expected<MicroOps> loadMicroOps(const Profile &Interpreter, const PipelineOptions &Options) {
  bool FromCases = !Options.CasesFile.empty() || Interpreter.DefinitionFiles.empty();
  std::string CasesFile =
      Options.CasesFile.empty() ? inDirectory(Options.SourceDir, Interpreter.CasesFile) : Options.CasesFile;
  if (FromCases) {
    auto Read = readCasesFile(CasesFile);
    if (!Read)
      return Read.takeError();
    return MicroOps{std::move(*Read), {CasesFile}, ""};
  }
  auto Result = lowerDefinitions(Interpreter, Options);
  if (!Result || Interpreter.CasesFile.empty() || !sys::fs::exists(CasesFile))
    return Result;
  auto Generated = readCasesFile(CasesFile);
  if (!Generated)
    return Generated.takeError();
  if (auto Difference = firstDifference(*Generated, Result->All))
    Result->Warning =
        CasesFile + ": warning: these are not the cases that the definitions give\n" + *Difference;
  return Result;
}

} // namespace stencilgen
