// Parse on the calling thread, then one worker a thread: each has the module of all micro-ops in a context of
// its own and takes the next micro-op until none is left.
#include "compile/Compile.h"
#include "compile/CollectPrototypes.h"
#include "compile/CrashBoundary.h"
#include "compile/DataAlignment.h"
#include "compile/Extract.h"
#include "compile/VariableOrder.h"
#include "optimize/SaveSlots.h"
#include "support/Diagnostic.h"
#include "support/Threads.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include <atomic>
#include <mutex>

using namespace llvm;

namespace stencilgen {

namespace {

/// Where a worker puts the outcome of one micro-op.
struct ObjectSlot {
  std::optional<Expected<ObjectBytes>> Object; ///< none: not reached, because of a failure elsewhere
  std::string Warnings;
};

/// Calls a progress function with one more done, from any thread.
class ProgressCounter {
public:
  ProgressCounter(size_t Total, const ProgressFunction &Progress) : Total(Total), Progress(Progress) {}

  void advance() {
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

/// A module in a context of its own, and the back end for it. Leaked on purpose when the back end broke.
struct Worker {
  std::unique_ptr<LLVMContext> Context;
  std::unique_ptr<Module> All;
  std::unique_ptr<Backend> Compiler;
};

/// What the workers share.
struct Work {
  const clang::CompilerInvocation &Invocation;
  const SourcePlaces &Places;
  const CompileOptions &Options;
  ArrayRef<RecordLayout> Layouts;
  const TranslationUnit &Unit;
  StringRef Entry;
  StringSet<> Entries;
  std::optional<VariableOrder> Order; ///< for a template with one switch
  std::vector<ObjectSlot> Slots;
  std::atomic<size_t> Next = 0;
  ProgressCounter &Progress;
};

void runWorker(Work &Shared, std::unique_ptr<LLVMContext> Context, std::unique_ptr<Module> All) {
  Worker Mine{std::move(Context), std::move(All), nullptr};
  auto Compiler =
      Backend::create(Shared.Invocation, Shared.Places, *Mine.Context, Shared.Options.Convention,
                      Shared.Options.Optimize ? &*Shared.Options.Optimize : nullptr, Shared.Layouts);
  if (Compiler)
    Mine.Compiler = std::move(*Compiler);
  for (size_t I; (I = Shared.Next++) < Shared.Slots.size();) {
    ObjectSlot &Slot = Shared.Slots[I];
    if (!Mine.Compiler) {
      Slot.Object.emplace(Compiler.takeError());
      return;
    }
    std::unique_ptr<Module> Alone;
    auto Failure = runGuarded([&] {
      Alone = extractMicroOp(*Mine.All, Shared.Unit.Entries[I], Shared.Entries, Shared.Entry);
      if (Shared.Order)
        Shared.Order->apply(*Alone->getFunction(Shared.Entry), I);
    });
    if (Failure)
      Slot.Object.emplace(makeError("cutting it out of the module of all micro-ops failed: " + *Failure));
    else
      Slot.Object.emplace(Mine.Compiler->compile(*Alone, Slot.Warnings));
    if (Failure || Mine.Compiler->isBroken()) {
      Alone.release();
      Mine.Compiler.release();
      Mine.All.release();
      Mine.Context.release();
      return;
    }
    Shared.Progress.advance();
  }
  consumeError(Compiler ? Error::success() : Compiler.takeError());
}

/// The outcome of compiling the shim.
struct ShimSlot {
  bool IsBroken = false; ///< the back end is, see Backend::isBroken
  ObjectSlot Result;
  std::vector<std::string> Includes;
};

void compileShim(const CompileInput &Input, ShimSlot &Slot, ProgressCounter &Progress) {
  TranslationUnit Unit{Input.Shim->Text, {}, {}};
  CompileOptions Options = Input.Options;
  Options.Arguments = Input.ShimArguments;
  auto Parsed = parseUnit(Options, Input.Shim->File, Unit, {});
  if (!Parsed) {
    Slot.Result.Object.emplace(Parsed.takeError());
    return;
  }
  Slot.Includes = std::move(Parsed->Includes);
  Slot.Result.Warnings = std::move(Parsed->Warnings);
  if (Options.Convention)
    Options.Convention->IsOfDefinitions = false; // C calls the shim
  auto Compiler = Backend::create(*Parsed->Invocation, Parsed->Places, *Parsed->Context, Options.Convention);
  if (!Compiler) {
    Slot.Result.Object.emplace(Compiler.takeError());
    return;
  }
  Slot.Result.Object.emplace((*Compiler)->compile(*Parsed->Module, Slot.Result.Warnings));
  if ((*Compiler)->isBroken()) {
    Slot.IsBroken = true;
    Compiler->release();
    Parsed->Module.release();
    Parsed->Context.release();
    return;
  }
  Progress.advance();
}

/// Adds one outcome to the output; its error, if it is one, is about \p Subject.
Error collect(ObjectSlot &Slot, const Twine &Subject, std::string &Warnings, ObjectBytes &Bytes) {
  Warnings += Slot.Warnings;
  if (!Slot.Object)
    return Error::success(); // not reached: the failure that stopped the workers is told at its own place
  if (!*Slot.Object)
    return withSubject(Slot.Object->takeError(), Subject);
  Bytes = std::move(**Slot.Object);
  return Error::success();
}

/// Runs the workers, as many as there are threads, and waits for them. \p Parsed is used up.
void runWorkers(Work &Shared, ParsedUnit &Parsed, unsigned Count, ThreadGroup &Threads) {
  // Contexts cannot be shared between threads, so each further worker reads a copy of the module.
  std::string Bitcode;
  if (Count > 1) {
    raw_string_ostream OS(Bitcode);
    WriteBitcodeToFile(*Parsed.Module, OS);
  }
  for (unsigned I = 1; I < Count; ++I) {
    bool IsRunning = Threads.start([&] {
      auto Context = std::make_unique<LLVMContext>();
      // It is our own bitcode: reading it cannot fail.
      auto Copy = cantFail(parseBitcodeFile(MemoryBufferRef(Bitcode, "micro-ops"), *Context));
      runWorker(Shared, std::move(Context), std::move(Copy));
    });
    if (!IsRunning)
      break; // those that there are do the work
  }
  runWorker(Shared, std::move(Parsed.Context), std::move(Parsed.Module));
  Threads.join();
}

/// What came of it all. Errors: those of the shim and of the micro-ops, in their order.
Expected<CompileOutput> collectAll(const CompileInput &Input, ArrayRef<std::string> Names, ShimSlot &Shim,
                                   ParsedUnit &Parsed, MutableArrayRef<ObjectSlot> Slots) {
  CompileOutput Output;
  Output.Includes = std::move(Parsed.Includes);
  Output.Includes.insert(Output.Includes.end(), Shim.Includes.begin(), Shim.Includes.end());
  llvm::sort(Output.Includes);
  Output.Includes.erase(llvm::unique(Output.Includes), Output.Includes.end());
  Output.Layouts = std::move(Parsed.Layouts);
  Output.Warnings = std::move(Parsed.Warnings);
  Error Failures = Error::success();
  if (Input.Shim) {
    Output.Shim = CompiledObject{"shim", {}};
    Failures =
        joinErrors(std::move(Failures), collect(Shim.Result, "shim", Output.Warnings, Output.Shim->Bytes));
  }
  for (auto [Slot, Name] : zip_equal(Slots, Names)) {
    Output.MicroOps.push_back({Name, {}});
    Failures = joinErrors(std::move(Failures), collect(Slot, "micro-op '" + Name + "'", Output.Warnings,
                                                       Output.MicroOps.back().Bytes));
  }
  if (Failures)
    return Failures;
  return Output;
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
  ProgressCounter Counter(Names.size() + (Input.Shim ? 1 : 0), Progress);

  // The shim is a file of its own; with a second thread it compiles while this one parses.
  ShimSlot Shim;
  ThreadGroup Threads;
  if (Input.Shim) {
    auto Compile = [&] { compileShim(Input, Shim, Counter); };
    if (Input.Threads < 2 || !Threads.start(Compile))
      Compile();
  }
  // What LLVM keeps for this thread is broken with it: nothing more can be compiled here.
  if (Threads.empty() && Shim.IsBroken)
    return withSubject(Shim.Result.Object->takeError(), "shim");

  auto Parsed = parseUnit(Input.Options, Input.Template.File, *Unit, Names);
  if (!Parsed) {
    Threads.join();
    if (Shim.Result.Object && !*Shim.Result.Object)
      consumeError(Shim.Result.Object->takeError());
    return Parsed.takeError();
  }
  capDataAlignment(*Parsed->Module, Input.MaxDataAlignment);
  Work Shared{*Parsed->Invocation,
              Parsed->Places,
              Input.Options,
              Parsed->Layouts,
              *Unit,
              Input.Names.Entry,
              {},
              std::nullopt,
              std::vector<ObjectSlot>(Names.size()),
              0,
              Counter};
  for (const std::string &Entry : Unit->Entries)
    Shared.Entries.insert(Entry);
  if (Input.Options.OneSwitch)
    Shared.Order.emplace(*Parsed->Module, Unit->Entries);
  // Of the module as it was parsed: the work uses it up.
  Prototypes Functions = collectPrototypes(*Parsed->Module);
  std::vector<SaveSlot> Saves;
  if (const auto &Optimize = Input.Options.Optimize; Optimize && !Input.Options.Convention)
    Saves = saveSlots(Optimize->Facts, Parsed->Layouts, *Parsed->Module->getFunction(Unit->Entries.front()));
  runWorkers(Shared, *Parsed, Input.Threads, Threads);
  auto Output = collectAll(Input, Names, Shim, *Parsed, Shared.Slots);
  if (!Output)
    return Output;
  Output->Functions = std::move(Functions);
  Output->Saves = std::move(Saves);
  return Output;
}

} // namespace stencilgen
