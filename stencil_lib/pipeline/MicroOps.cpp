// See MicroOps.h.
#include "pipeline/MicroOps.h"
#include "lower/CasesReader.h"
#include "lower/CompareCases.h"
#include "lower/Lower.h"
#include "pipeline/Inputs.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace stencilgen {

/// The file of cases that a run may read; empty: none.
static std::string casesFile(const Profile &Interpreter, const PipelineOptions &Options) {
  if (Options.Source == MicroOpSource::Definitions && !Interpreter.DefinitionFiles.empty())
    return "";
  if (!Options.CasesFile.empty())
    return Options.CasesFile;
  if (Interpreter.CasesFile.empty())
    return "";
  std::string File = inDirectory(Options.SourceDir, Interpreter.CasesFile);
  bool IsOptional = Options.Source == MicroOpSource::Agreed && !Interpreter.DefinitionFiles.empty();
  return IsOptional && !sys::fs::exists(File) ? "" : File;
}

std::vector<std::string> definitionFiles(const Profile &Interpreter, const PipelineOptions &Options) {
  std::vector<std::string> Files;
  if (Options.Source != MicroOpSource::Cases)
    for (const std::string &Name : Interpreter.DefinitionFiles)
      Files.push_back(inDirectory(Options.SourceDir, Name));
  return Files;
}

std::vector<std::string> microOpFiles(const Profile &Interpreter, const PipelineOptions &Options) {
  std::vector<std::string> Files;
  std::string CasesFile = casesFile(Interpreter, Options);
  for (const std::string &File : definitionFiles(Interpreter, Options))
    if (CasesFile.empty() || sys::fs::exists(File)) // the cases do without
      Files.push_back(File);
  if (!CasesFile.empty())
    Files.push_back(CasesFile);
  return Files;
}

static Expected<Cases> readCasesFile(StringRef File) {
  auto Buffer = readFile(File, "the micro-ops", MaxDefinitionsSize);
  if (!Buffer)
    return Buffer.takeError();
  return readCases(File, (*Buffer)->getBuffer());
}

/// Lowers the definitions. Errors: those of lowerTier2.
static Expected<Cases> lowerDefinitions(const Profile &Interpreter, const PipelineOptions &Options) {
  std::vector<std::unique_ptr<MemoryBuffer>> Buffers;
  std::vector<dsl::SourceText> Texts;
  std::vector<std::string> Files = definitionFiles(Interpreter, Options);
  for (const std::string &File : Files) {
    auto Buffer = readFile(File, "the instruction definitions", MaxDefinitionsSize);
    if (!Buffer)
      return Buffer.takeError();
    Texts.push_back({File, (*Buffer)->getBuffer()});
    Buffers.push_back(std::move(*Buffer));
  }
  auto Lowering = readLoweringProfile(Interpreter.Name, Interpreter.Text, Texts);
  if (!Lowering)
    return Lowering.takeError();
  LowerOptions How;
  How.LineDirectives = true;
  return lowerTier2(Texts, *Lowering, How);
}

/// The first message of an error, on one line with its place, as a note.
static std::string asNote(Error E) {
  std::string Text;
  handleAllErrors(
      std::move(E),
      [&](const DiagnosticError &Problem) {
        if (!Text.empty())
          return;
        const Diagnostic &D = Problem.diagnostics().front();
        Text = D.File;
        if (D.Line > 0)
          Text += ":" + std::to_string(D.Line) + ":" + std::to_string(D.Column);
        Text += ": note: " + D.Message;
      },
      [&](const ErrorInfoBase &Problem) {
        if (Text.empty())
          Text = "note: " + Problem.message();
      });
  return Text;
}

/// What the definitions say of the micro-ops, for cases that were read.
static void takeInfo(Cases &To, const Cases &From) {
  StringMap<const Case *> ByName;
  for (const Case &C : From.List)
    ByName[C.Name] = &C;
  for (Case &C : To.List)
    if (const Case *Definition = ByName.lookup(C.Name))
      C.Info = Definition->Info;
}

Expected<MicroOps> loadMicroOps(const Profile &Interpreter, const PipelineOptions &Options) {
  MicroOps Result;
  Result.Files = microOpFiles(Interpreter, Options);
  std::string CasesFile = casesFile(Interpreter, Options);
  std::optional<Expected<Cases>> Lowered;
  if (!definitionFiles(Interpreter, Options).empty())
    Lowered.emplace(lowerDefinitions(Interpreter, Options));
  if (CasesFile.empty()) {
    if (!*Lowered)
      return Lowered->takeError();
    Result.All = std::move(**Lowered);
    return Result;
  }
  auto Generated = readCasesFile(CasesFile);
  if (Lowered && !*Lowered) {
    if (!Generated)
      return joinErrors(Lowered->takeError(), Generated.takeError());
    Result.Note = asNote(Lowered->takeError()) + "; " + CasesFile + " is compiled instead\n";
    Lowered.reset();
  }
  if (!Generated) {
    if (Lowered)
      consumeError(Lowered->takeError());
    return Generated.takeError();
  }
  if (Lowered) {
    auto Difference = compareCases(*Generated, **Lowered);
    if (!Difference) {
      Result.All = std::move(**Lowered);
      return Result;
    }
    Result.Note = CasesFile + ": note: " + std::to_string(Difference->Count) + " of " +
                  std::to_string(Generated->List.size()) +
                  " micro-ops differ from what the definitions give, the first is '" + Difference->First +
                  "'; these cases are compiled\n";
    Result.Details = std::move(Difference->Message);
    takeInfo(*Generated, **Lowered);
  }
  Result.All = std::move(*Generated);
  return Result;
}

} // namespace stencilgen
