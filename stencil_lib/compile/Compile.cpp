// Front end on the calling thread, one task a micro-op on the others; modules travel between them as bitcode.
#include "compile/Compile.h"
#include "compile/Backend.h"
#include "compile/Extract.h"
#include "support/Diagnostic.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Support/ThreadPool.h"
#include <mutex>

using namespace llvm;

namespace stencilgen {

namespace {

std::string toBitcode(const Module &M) {
  std::string Bitcode;
  raw_string_ostream OS(Bitcode);
  WriteBitcodeToFile(M, OS, /*ShouldPreserveUseListOrder=*/true);
  return Bitcode;
}

/// The error of a back end, with the name of what it compiled.
Error inMicroOp(StringRef Name, Error E) {
  return makeError("micro-op '" + Name + "': " + StringRef(toString(std::move(E))).trim());
}

/// What the threads hand in.
class Results {
public:
  Results(size_t Total, const ProgressFunction &Progress) : Total(Total), Progress(Progress) {}

  void finished() {
    std::lock_guard<std::mutex> Guard(Lock);
    ++Done;
    if (Progress)
      Progress(Done, Total);
  }

private:
  std::mutex Lock;
  size_t Done = 0;
  size_t Total;
  const ProgressFunction &Progress;
};

struct ObjectSlot {
  std::optional<Expected<SmallVector<char, 0>>> Object;
  std::string Warnings;
};

struct ShimSlot {
  std::optional<Expected<SmallVector<char, 0>>> Object;
  std::string Warnings;
  std::vector<std::string> Includes;
};

void compileShim(const CompileInput &Input, ShimSlot &Slot) {
  TranslationUnit Unit{Input.Shim->Text, {}, {}};
  auto Parsed = parseUnit(Input.Options, Input.Shim->File, Unit, {});
  if (!Parsed) {
    Slot.Object.emplace(Parsed.takeError());
    return;
  }
  Slot.Includes = std::move(Parsed->Includes);
  Slot.Warnings = std::move(Parsed->Warnings);
  Slot.Object.emplace(compileModule(*Parsed->Invocation, toBitcode(*Parsed->Module), Slot.Warnings));
}

} // namespace

Expected<CompileOutput> compileMicroOps(const CompileInput &Input, const Cases &AllCases,
                                        const ProgressFunction &Progress) {
  auto Unit = makeTranslationUnit(Input.Template.File, Input.Template.Text, Input.Names, AllCases);
  if (!Unit)
    return Unit.takeError();
  std::vector<std::string> Names;
  for (const Case &Case : AllCases.List)
    Names.push_back(Case.Name);

  Results Done(Names.size() + (Input.Shim ? 1 : 0), Progress);
  ShimSlot Shim;
  std::vector<ObjectSlot> Slots(Names.size());
  DefaultThreadPool Pool(hardware_concurrency(Input.Threads));
  if (Input.Shim)
    Pool.async([&] {
      compileShim(Input, Shim);
      Done.finished();
    });

  auto Parsed = parseUnit(Input.Options, Input.Template.File, *Unit, Names);
  if (!Parsed) {
    Pool.wait();
    if (Shim.Object && !*Shim.Object)
      consumeError(Shim.Object->takeError());
    return Parsed.takeError();
  }
  StringSet<> Entries;
  for (const std::string &Entry : Unit->Entries)
    Entries.insert(Entry);
  for (size_t I = 0; I < Names.size(); ++I) {
    auto Module = extractMicroOp(*Parsed->Module, Unit->Entries[I], Entries, Input.Names.Entry);
    Pool.async([&, I, Bitcode = toBitcode(*Module)] {
      Slots[I].Object.emplace(compileModule(*Parsed->Invocation, Bitcode, Slots[I].Warnings));
      Done.finished();
    });
  }
  Pool.wait();

  CompileOutput Output;
  Output.Includes = std::move(Parsed->Includes);
  Output.Warnings = std::move(Parsed->Warnings);
  Error Failures = Error::success();
  if (Input.Shim) {
    Output.Includes.insert(Output.Includes.end(), Shim.Includes.begin(), Shim.Includes.end());
    Output.Warnings += Shim.Warnings;
    if (*Shim.Object)
      Output.Shim = CompiledObject{"shim", std::move(**Shim.Object)};
    else
      Failures = joinErrors(std::move(Failures), Shim.Object->takeError());
  }
  for (size_t I = 0; I < Names.size(); ++I) {
    Output.Warnings += Slots[I].Warnings;
    if (*Slots[I].Object)
      Output.MicroOps.push_back({Names[I], std::move(**Slots[I].Object)});
    else
      Failures = joinErrors(std::move(Failures), inMicroOp(Names[I], Slots[I].Object->takeError()));
  }
  if (Failures)
    return Failures;
  llvm::sort(Output.Includes);
  Output.Includes.erase(llvm::unique(Output.Includes), Output.Includes.end());
  return Output;
}

} // namespace stencilgen
